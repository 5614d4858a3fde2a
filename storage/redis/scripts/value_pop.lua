#!lua flags=allow-oom
-- Remove a value, and return its text. ARGV: -, name.

local at = key('note', ARGV[2])
local value = redis.call('GET', at)
redis.call('DEL', at)
redis.call('SREM', VALUES, ARGV[2])
return value
