#!lua
-- Pin or unpin. Gives 1 or 0. ARGV: scope, id, 1 or 0, spans of fading and forgetting.

local m = load(ARGV[2])
if not m or not sees(m) then return 0 end
m.pinned = ARGV[3]
solve(m, tonumber(ARGV[4]), tonumber(ARGV[5]))
save(m)
return 1
