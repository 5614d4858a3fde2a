#!lua
-- Pin or unpin a memory. Returns 1; 0 where there is none. ARGV: scope, id, 1 or 0, spans of fading
-- and forgetting; then, if it is to be reinforced, now, days, and the last recall that these are for.

local m = load(ARGV[2])
if not m or not sees(m) then return 0 end
m.pinned = ARGV[3]
-- The times of an archived memory tell whether its person archived it (see `put_away`).
local fade, forget = tonumber(ARGV[4]), tonumber(ARGV[5])
if not m.archived then recompute_times(m, fade, forget) end
save(m)
if ARGV[6] and not m.archived then
  reinforce(m, ARGV[7], ARGV[8], tonumber(ARGV[6]), fade, forget)
end
return 1
