#!lua flags=allow-oom
-- Archives memories. Returns the ids that were archived. ARGV: scope, now, ids.

local done = archive(3, #ARGV, tonumber(ARGV[2]))
if #done > 0 then bump_revision() end
return done
