#!lua flags=no-writes
-- Who somebody is, and their values. Gives fields of the person, and names and texts by turns.
-- ARGV: -, the names of the fields.

return { redis.call('HMGET', KEYS[1], unpack(ARGV, 2)), valid_values() }
