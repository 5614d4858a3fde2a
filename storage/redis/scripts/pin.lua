#!lua
-- Pin or unpin. Gives 1 or 0. ARGV: scope, id, 1 or 0, spans of fading and forgetting.

local m = load(ARGV[2])
if not m or not sees(m) then return 0 end
m.pinned = ARGV[3]
-- On the shelf the times tell who put it there (see `archive`).
if not m.archived then recompute_times(m, tonumber(ARGV[4]), tonumber(ARGV[5])) end
save(m)
return 1
