-- Reinforce a memory, as `brain.memory.reinforcement.reinforce` does: S grows, t = 0, unless it was
-- recalled meanwhile. Each script contains this function, below changes.lua.

-- `days` and `since` as `gained` of script_arguments.py gives them, `now` in milliseconds, the spans
-- as in `recompute_times`.
local function reinforce(m, days, since, now, fade, forget)
  if since ~= '' and tonumber(since) ~= m.last then return end
  m.strength = m.strength + tonumber(days)
  m.recalls = struct.pack('>I8', struct.unpack('>I8', m.recalls) + 1)
  -- A clock that was set back does not move the last recall back.
  m.last = math.max(m.last, now)
  recompute_times(m, fade, forget)
  save(m)
end
