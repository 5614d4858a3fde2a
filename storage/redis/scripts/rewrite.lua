#!lua
-- Archive, erase and then add, if the person's revision is still the one that is given. Gives 1 or
-- 0. ARGV: scope, person, revision, now; how many ids there are of turns whose days are to be
-- marked, to archive, to archive step by step, to erase step by step (see `mark_for_purge`), to
-- erase; those ids; then for each memory to add how many values follow, and what `keep` takes of it.

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
  -- A message that is changed while it is answered still gets its reply; no other waits for one.
  if is_new and not open[id] then redis.call('HDEL', key('memory', id), 'open') end
  at = at + values + 1
end
bump_revision()
return 1
