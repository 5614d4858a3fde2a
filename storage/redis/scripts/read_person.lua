#!lua flags=no-writes
-- Read a person and their values. Returns fields of the person, then the names and texts of values,
-- alternating. ARGV: -, the names of the fields.

return { redis.call('HMGET', KEYS[1], unpack(ARGV, 2)), valid_values() }
