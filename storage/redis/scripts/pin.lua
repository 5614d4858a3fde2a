#!lua
-- Pin or unpin a memory. Returns 1; 0 where there is none. ARGV: scope, id, 1 or 0, spans of fading
-- and forgetting.

local m = load(ARGV[2])
if not m or not sees(m) then return 0 end
m.pinned = ARGV[3]
-- The times of an archived memory tell whether its person archived it (see `put_away`).
if not m.archived then recompute_times(m, tonumber(ARGV[4]), tonumber(ARGV[5])) end
save(m)
return 1
