#!lua
-- Finish a turn once and reinforce what its reply was given. Gives 1 or 0.
-- ARGV: scope, turn, fields to write (a count, then names and values), terms of the reply, step
-- (days), now, spans of fading and forgetting, then the recalled ids.

local turn = load(ARGV[2])
if not turn or not sees(turn) or redis.call('HEXISTS', turn.key, 'open') == 0 then return 0 end
local given, at = {}, 4
for _ = 1, tonumber(ARGV[3]) do
  given[ARGV[at]] = ARGV[at + 1]
  at = at + 2
end
local more, step, now = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
local fade, forget = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])

local shelved = turn.archived and 'shelved' or ''
local under = turn.archived and 'shelved_' or ''
local fields = {}
local function write(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
write('reply', given.reply)
if given.vector then
  write(under .. 'vector', given.vector)
  write('embedded', shelved .. '1')
end
if more ~= '' then
  local words = redis.call('HGET', turn.key, under .. 'words') or ''
  write(under .. 'words', words .. ' ' .. more)
  redis.call('HSET', turn.key, unpack(fields))
  if not turn.archived then recount(words, words .. ' ' .. more) end
elseif #fields > 0 then
  redis.call('HSET', turn.key, unpack(fields))
end
redis.call('HDEL', turn.key, 'open')

local done = { [turn.id] = true }
for i = at + 5, #ARGV do
  local id = ARGV[i]
  local m = not done[id] and load(id)
  done[id] = true
  if m and not m.archived and sees(m) then
    m.strength = m.strength + step
    m.recalls = whole(tonumber(m.recalls) + 1)
    -- A clock that was set back never ages a memory.
    m.last = math.max(m.last, now)
    solve(m, fade, forget)
    save(m)
  end
end
return 1
