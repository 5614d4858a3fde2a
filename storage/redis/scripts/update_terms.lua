#!lua
-- Replace the terms of memories. Returns how many were replaced. ARGV: -, then for each memory: id,
-- its words as they were read, the new words, their codes. A memory whose words have changed since
-- was written in between, and has new ones already.

local written = 0
for i = 2, #ARGV, 4 do
  local m, before, after = load(ARGV[i]), ARGV[i + 1], ARGV[i + 2]
  local field = m and m.archived and 'shelved_words' or 'words'
  if m and m.recalled and redis.call('HGET', m.key, field) == before then
    redis.call('HSET', m.key, field, after, 'codes', ARGV[i + 3])
    if not m.archived then recount(before, after, 0) end
    written = written + 1
  end
end
return written
