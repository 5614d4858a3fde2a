#!lua flags=allow-oom
-- Acquire the lock of a conversation, or renew its lease. Returns 1; 0 where another process holds
-- it or is next. KEYS: the lock, the next holder. ARGV: holder, lease and reservation
-- (milliseconds).

local holder, following = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
local is_next = not following or following == ARGV[1]
if holder == ARGV[1] or (not holder and is_next) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  if following == ARGV[1] then redis.call('DEL', KEYS[2]) end
  return 1
end
if is_next then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3]) end
return 0
