#!lua flags=allow-oom
-- Do what `rewrite` does with nothing to add, which a full Redis allows. Returns 1 or 0. ARGV: as
-- for `rewrite`.

if revision() ~= tonumber(ARGV[3]) then return 0 end
local first, last = begin_rewrite()
erase(first, last, {})
bump_revision()
return 1
