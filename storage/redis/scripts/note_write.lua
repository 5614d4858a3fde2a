#!lua
-- Keep or replace a note. ARGV: -, name, text, milliseconds or empty.

note(ARGV[2], ARGV[4])
redis.call('SET', key('note', ARGV[2]), ARGV[3])
if ARGV[4] ~= '' then redis.call('PEXPIRE', key('note', ARGV[2]), ARGV[4]) end
