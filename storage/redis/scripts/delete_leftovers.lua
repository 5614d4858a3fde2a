#!lua flags=allow-oom
-- Delete keys that an erased person left behind (damaged hashes, which no list names), unless the
-- person is known again. Another id may contain the same digits, so the beginning of a key decides.
-- ARGV: -, keys.

if redis.call('EXISTS', KEYS[1]) == 1 then return end
for i = 2, #ARGV do
  local room, id = ARGV[i]:sub(#prefix + 1):match('^:(%a+):{' .. digest .. '}:?(.*)$')
  if room then redis.call('DEL', ARGV[i]) end
  if room == 'memory' and redis.pcall('GET', owner(id)) == digest then
    redis.call('DEL', owner(id))
  end
end
