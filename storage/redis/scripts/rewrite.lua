#!lua
-- Archive, erase and then add, if the person's revision is still the given one. Returns 1 or 0.
-- ARGV: scope, person, revision, now; the numbers of ids of turns and summaries whose days become stale, of ids
-- to archive, to archive step by step, to erase step by step (see `mark_for_purge`), and to erase;
-- those ids; then for each memory to add the number of its values, and the values for `keep`.

if revision() ~= tonumber(ARGV[3]) then return 0 end
local first, last = begin_rewrite()
local at = last + 1
local start, replaced, open = at, {}, {}
while at <= #ARGV do
  local id = ARGV[at + 1]
  replaced[id] = true
  local m = load(id)
  open[id] = m and redis.call('HEXISTS', m.key, 'open') == 1
  at = at + tonumber(ARGV[at]) + 1
end
erase(first, last, replaced)
at = start
while at <= #ARGV do
  local values, id = tonumber(ARGV[at]), ARGV[at + 1]
  local is_new = keep(id, ARGV[2], unpack(ARGV, at + 2, at + values)) == 1
  -- A message that is edited while it is answered still gets its reply; no other turn waits for one.
  if is_new and not open[id] then redis.call('HDEL', key('memory', id), 'open') end
  at = at + values + 1
end
bump_revision()
return 1
