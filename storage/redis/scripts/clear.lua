#!lua flags=allow-oom
-- What `rewrite` does, with nothing to add: a full Redis allows it. Gives 1 or 0.
-- ARGV: scope, person, revision, now, how many ids to archive, those, then those to erase.

if revision() ~= tonumber(ARGV[3]) then return 0 end
know(ARGV[2])
local last = 5 + tonumber(ARGV[5])
archive(6, last, tonumber(ARGV[4]))
erase(last + 1, #ARGV, {})
revise()
return 1
