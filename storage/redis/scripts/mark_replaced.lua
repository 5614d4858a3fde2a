#!lua
-- Set in the record of living turns that a later turn says otherwise. Returns 1.
-- ARGV: scope, the entry to add to each record, ids.

for i = 3, #ARGV do
  local m = load(ARGV[i])
  if m and m.kind == 'turn' and not m.archived and sees(m) then
    local record = redis.call('HGET', m.key, 'record')
    redis.call('HSET', m.key, 'record', with_entries(record, 1, ARGV[2]))
  end
end
return 1
