#!lua flags=no-writes
-- All that is valid now, as names and texts by turns.

local found = {}
for _, name in ipairs(redis.call('SMEMBERS', VALUES)) do
  local value = redis.call('GET', key('note', name))
  if value then
    found[#found + 1] = name
    found[#found + 1] = value
  end
end
return found
