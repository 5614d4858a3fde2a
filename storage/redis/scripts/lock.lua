#!lua flags=allow-oom
-- Take a lock for a time. Returns a token greater than every earlier one; 0 where the lock is held.
-- KEYS: the lock, the counter of tokens. ARGV: milliseconds.

if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
