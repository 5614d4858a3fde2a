#!lua flags=allow-oom
-- Put memories on the shelf. Gives the ids that were put there. ARGV: scope, now, ids.

local done = {}
for i = 3, #ARGV do
  local m = load(ARGV[i])
  if m and not m.archived and sees(m) then
    hide(m, tonumber(ARGV[2]))
    done[#done + 1] = m.id
  end
end
return done
