#!lua flags=allow-oom
-- Erase memories, alive or on the shelf. Gives the ids erased. ARGV: scope, ids.

local done = {}
for i = 2, #ARGV do
  local m = load(ARGV[i])
  if m and sees(m) then
    drop(m)
    done[#done + 1] = m.id
  end
end
return done
