#!lua flags=allow-oom
-- What `rewrite` does, with nothing to add: a full Redis allows it. Gives 1 or 0. ARGV: as there.

if revision() ~= tonumber(ARGV[3]) then return 0 end
local first, last = begin_rewrite()
erase(first, last, {})
bump_revision()
return 1
