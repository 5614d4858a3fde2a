#!lua
-- Set the importance of memories. Gives the ids whose record changed since it was read.
-- ARGV: scope, spans of fading and forgetting, then for each its id, its record as it was read, the
-- one that takes its place, and the first strengths (days) that go with the two.

local changed = {}
for i = 4, #ARGV, 5 do
  local m = load(ARGV[i])
  if m and not m.archived and sees(m) then
    if redis.call('HGET', m.key, 'record') == ARGV[i + 1] then
      local old, new = tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4])
      -- An import may have started below its first strength: it never falls to nothing.
      m.strength = math.max(m.strength + new - old, math.min(m.strength, new))
      recompute_times(m, tonumber(ARGV[2]), tonumber(ARGV[3]))
      save(m, 'record', ARGV[i + 2])
    else
      changed[#changed + 1] = m.id
    end
  end
end
return changed
