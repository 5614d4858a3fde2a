#!lua
-- Archive, erase and then add, if the person's revision is still the one that is given. Gives 1 or
-- 0. ARGV: scope, person, revision, now, how many ids to archive, how many to erase, those ids, then
-- for each memory to add how many values follow, and what `keep` takes of it.

if revision() ~= tonumber(ARGV[3]) then return 0 end
know(ARGV[2])
local last = 6 + tonumber(ARGV[5])
archive(7, last, tonumber(ARGV[4]))
local start, replaced = last + tonumber(ARGV[6]) + 1, {}
local at = start
while at <= #ARGV do
  replaced[ARGV[at + 1]] = true
  at = at + tonumber(ARGV[at]) + 1
end
erase(last + 1, start - 1, replaced)
at = start
while at <= #ARGV do
  local values = tonumber(ARGV[at])
  keep(ARGV[at + 1], ARGV[2], unpack(ARGV, at + 2, at + values))
  at = at + values + 1
end
revise()
return 1
