#!lua
-- Keep or replace a value; 1: done. ARGV: -, name, text, milliseconds or empty, `new` or empty: with
-- `new`, what is there already stays.

local at = key('note', ARGV[2])
if ARGV[5] == 'new' and redis.call('EXISTS', at) == 1 then return 0 end
list_value(ARGV[2], ARGV[4])
redis.call('SET', at, ARGV[3])
if ARGV[4] ~= '' then redis.call('PEXPIRE', at, ARGV[4]) end
return 1
