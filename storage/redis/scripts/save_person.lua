#!lua
-- Create or replace a person. ARGV: -, id, then fields and values.

ensure_person(ARGV[2])
local before = redis.call('HMGET', KEYS[1], 'same_as', 'accounts')
redis.call('HDEL', KEYS[1], 'language', 'same_as', 'accounts')
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
local after = redis.call('HMGET', KEYS[1], 'same_as', 'accounts')
if before[1] ~= after[1] or before[2] ~= after[2] then bump_revision() end
