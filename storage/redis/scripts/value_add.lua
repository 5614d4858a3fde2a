#!lua
-- Set a value unless there is one. Returns 1 or 0. ARGV: -, name, text, milliseconds, and for how
-- many milliseconds KEYS[2] is claimed as well (empty: not at all); nothing is set if it is claimed.

local at = key('note', ARGV[2])
if redis.call('EXISTS', at) == 1 then return 0 end
if ARGV[5] ~= '' and not redis.call('SET', KEYS[2], 1, 'NX', 'PX', ARGV[5]) then return 0 end
list_value(ARGV[2], ARGV[4])
redis.call('SET', at, ARGV[3], 'PX', ARGV[4])
return 1
