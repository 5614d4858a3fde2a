#!lua flags=allow-oom
-- Archive or erase some of the memories that were marked for it (`mark_for_purge`). Returns how many
-- are left. ARGV: -, most memories.

local some = redis.call('HRANDFIELD', LEAVING, tonumber(ARGV[2]), 'WITHVALUES')
for i = 1, #some, 2 do
  local m = load(some[i], true)
  if m and some[i + 1] ~= '' then
    put_away(m, tonumber(some[i + 1]))
  elseif m then
    mark_stale(m)
    mark_stale(m, 'day')
    drop(m)
  end
  redis.call('HDEL', LEAVING, some[i])
end
local left = redis.call('HLEN', LEAVING)
if left == 0 then redis.call('SREM', ALL_LEAVING, digest) end
return left
