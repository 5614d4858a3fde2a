#!lua flags=allow-oom
-- Erase a person, with a limited number of memories per call. Returns how many memories were erased,
-- and 1 once all is done, else 0. ARGV: -, most memories.

local erased = 0
for _, list in ipairs({ SAID, ARCHIVE }) do
  for _, member in ipairs(redis.call('ZRANGE', list, 0, tonumber(ARGV[2]) - erased - 1)) do
    local id = member:sub(18)
    local place = redis.pcall('HGET', key('memory', id), 'place')
    redis.call('DEL', key('memory', id), owner(id))
    redis.call('ZREM', list, member)
    if type(place) == 'string' then redis.call('ZREM', key('turns', place), member) end
    erased = erased + 1
  end
  if erased == tonumber(ARGV[2]) then return { erased, 0 } end
end
for _, day in ipairs(redis.call('ZRANGE', STALE, 0, -1)) do unmark(day) end
for _, name in ipairs(redis.call('SMEMBERS', VALUES)) do redis.call('DEL', key('note', name)) end
if redis.call('EXISTS', KEYS[1]) == 1 then
  local first = tonumber(redis.call('HGET', META, 'revision') or '0')
  redis.call('HSET', META, 'revision', whole(math.max(first, revision() + 1)))
end
redis.call('DEL', KEYS[1], SAID, ARCHIVE, TERMS, DERIVED, PLACES, VALUES, LEAVING)
redis.call('SREM', ALL_LEAVING, digest)
return { erased, 1 }
