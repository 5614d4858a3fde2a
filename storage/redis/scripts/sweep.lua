#!lua flags=allow-oom
-- Delete keys that an erased person left behind (damaged hashes, which no list names). Nothing is
-- touched once they are known again. ARGV: -, keys.

if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
return redis.call('DEL', unpack(ARGV, 2))
