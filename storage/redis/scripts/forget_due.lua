#!lua flags=allow-oom
-- Archive memories of one person that are still due, erase those that are still past their days of
-- grace, or let go of what is beyond a budget, as if it were its time now. Returns how many. A process
-- that has lost its lock has an old token and changes nothing.
-- ARGV: -, `archive`, `erase` or `let_go`, limit of time, now, token, ids.

local token = tonumber(ARGV[5])
if token < tonumber(redis.call('HGET', KEYS[1], 'fence') or '0') then return 0 end
local limit, done = tonumber(ARGV[3]), 0
for i = 6, #ARGV do
  local m = load(ARGV[i])
  if m and ARGV[2] == 'erase' and m.archived and m.archived <= limit then
    drop(m)
    done = done + 1
  elseif m and ARGV[2] == 'archive' and not m.archived and m.forgotten <= limit then
    hide(m, tonumber(ARGV[4]))
    done = done + 1
  elseif m and ARGV[2] == 'let_go' and not m.archived and m.pinned == '0' and m.forgotten <= limit then
    m.forgotten = tonumber(ARGV[4])
    hide(m, m.forgotten)
    done = done + 1
  end
end
if done > 0 then redis.call('HSET', KEYS[1], 'fence', ARGV[5]) end
return done
