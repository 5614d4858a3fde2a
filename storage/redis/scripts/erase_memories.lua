#!lua flags=allow-oom
-- Erase memories, living or archived. Returns the ids that were erased. ARGV: scope, ids.

local done = erase(2, #ARGV)
if #done > 0 then bump_revision() end
return done
