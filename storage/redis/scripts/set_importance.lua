#!lua
-- Set the importance of memories. Returns the ids of those whose record changed since it was read.
-- ARGV: scope, spans of fading and forgetting, then for each memory its id, its record as it was
-- read, the record that replaces it, and the first strengths (days) of the two importances.

local changed = {}
for i = 4, #ARGV, 5 do
  local m = load(ARGV[i])
  if m and not m.archived and sees(m) then
    if redis.call('HGET', m.key, 'record') == ARGV[i + 1] then
      local old, new = tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4])
      -- As in `with_importance` of brain/memory/reinforcement.py.
      m.strength = math.max(m.strength + new - old, math.min(m.strength, new))
      recompute_times(m, tonumber(ARGV[2]), tonumber(ARGV[3]))
      save(m, 'record', ARGV[i + 2])
    else
      changed[#changed + 1] = m.id
    end
  end
end
return changed
