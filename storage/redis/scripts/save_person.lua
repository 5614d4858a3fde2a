#!lua
-- Create or replace who somebody is. ARGV: -, id, then fields and values.

ensure_person(ARGV[2])
redis.call('HDEL', KEYS[1], 'language', 'same_as', 'accounts')
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
