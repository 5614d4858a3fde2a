#!lua flags=allow-oom
-- Put memories on the shelf. Gives the ids that were put there. ARGV: scope, now, ids.

local done = archive(3, #ARGV, tonumber(ARGV[2]))
if #done > 0 then bump_revision() end
return done
