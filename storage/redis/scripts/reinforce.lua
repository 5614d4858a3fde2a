-- Reinforce a memory, as `brain.memory.reinforcement.reinforce` does: S += step, t = 0. Each script
-- contains this function, below changes.lua.

-- `step` in days, `now` in milliseconds, the spans as in `recompute_times`.
local function reinforce(m, step, now, fade, forget)
  m.strength = m.strength + step
  m.recalls = struct.pack('>I8', struct.unpack('>I8', m.recalls) + 1)
  -- A clock that was set back does not move the last recall back.
  m.last = math.max(m.last, now)
  recompute_times(m, fade, forget)
  save(m)
end
