-- Where a memory grows stronger, as `brain.memory.reinforcement.reinforce` has it: S += step, t = 0.
-- It stands in each script, below changes.lua.

-- `step` in days, `now` in milliseconds, the spans as in `recompute_times`.
local function reinforce(m, step, now, fade, forget)
  m.strength = m.strength + step
  m.recalls = struct.pack('>I8', struct.unpack('>I8', m.recalls) + 1)
  -- A clock that was set back never ages a memory.
  m.last = math.max(m.last, now)
  recompute_times(m, fade, forget)
  save(m)
end
