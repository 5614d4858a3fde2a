#!lua flags=allow-oom
-- Drop the vectors of memories, which are of another embedder. ARGV: -, ids.

for i = 2, #ARGV do
  local m = load(ARGV[i])
  if m then
    local shelved = (m.archived or not m.recalled) and 'shelved' or ''
    redis.call('HDEL', m.key, 'vector', 'shelved_vector')
    redis.call('HSET', m.key, 'embedded', shelved .. '0')
  end
end
