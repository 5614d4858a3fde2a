#!lua flags=allow-oom
-- Erase memories, alive or on the shelf. Gives the ids erased. ARGV: scope, ids.

local done = erase(2, #ARGV)
if #done > 0 then bump_revision() end
return done
