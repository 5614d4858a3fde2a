#!lua
-- Add to a counter, and return its new value. ARGV: -, name, number, milliseconds.

local at = key('note', ARGV[2])
local value = redis.call('GET', at)
if not value then
  list_value(ARGV[2], ARGV[4])
  redis.call('SET', at, '0', 'PX', ARGV[4])
elseif not value:match('^-?%d+$') then
  redis.call('SET', at, '0', 'KEEPTTL')
end
return redis.call('INCRBY', at, ARGV[3])
