#!lua flags=allow-oom
-- Let go of a lock, if it is still held with that token. KEYS: lock. ARGV: token.

if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
