#!lua
-- Create or replace a value. ARGV: -, name, text, milliseconds or empty.

local at = key('note', ARGV[2])
list_value(ARGV[2], ARGV[4])
redis.call('SET', at, ARGV[3])
if ARGV[4] ~= '' then redis.call('PEXPIRE', at, ARGV[4]) end
