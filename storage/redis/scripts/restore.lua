#!lua
-- Bring memories back from the archive, as if recalled now but no stronger. Returns their ids.
-- ARGV: scope, now, spans of fading and forgetting, ids.

local done = {}
for i = 5, #ARGV do
  local m = load(ARGV[i])
  if m and m.archived and sees(m) then
    m.last = math.max(m.last, tonumber(ARGV[2]))
    recompute_times(m, tonumber(ARGV[3]), tonumber(ARGV[4]))
    show(m)
    mark_stale(m)
    done[#done + 1] = m.id
  end
end
if #done > 0 then bump_revision() end
return done
