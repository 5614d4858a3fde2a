#!lua
-- Finish a turn once, and reinforce memories. Returns 1 or 0.
-- ARGV: scope, turn, entries to add to its record (their number, then the entries), vector or empty,
-- terms of the reply, their codes, now, spans of fading and forgetting, the revision that the person
-- must still have (empty: any), then the memories to reinforce: id, days, and the last recall that
-- the days are for (see reinforce.lua).

if ARGV[11] ~= '' and tonumber(ARGV[11]) ~= revision() then return 0 end
local turn = load(ARGV[2])
if not turn or not sees(turn) or redis.call('HEXISTS', turn.key, 'open') == 0 then return 0 end
local vector, more, now = ARGV[5], ARGV[6], tonumber(ARGV[8])
local fade, forget = tonumber(ARGV[9]), tonumber(ARGV[10])

local hidden = turn.archived or not turn.recalled
local shelved = hidden and 'shelved' or ''
local under = hidden and 'shelved_' or ''
local fields = {}
local function write(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
write('record', with_entries(redis.call('HGET', turn.key, 'record'), tonumber(ARGV[3]), ARGV[4]))
if vector ~= '' and vector_fits(vector) then
  write(under .. 'vector', vector)
  write('embedded', shelved .. '1')
end
if more ~= '' and turn.recalled then
  local words = redis.call('HGET', turn.key, under .. 'words') or ''
  write(under .. 'words', words .. more)
  write('codes', (redis.call('HGET', turn.key, 'codes') or '') .. ARGV[7])
  redis.call('HSET', turn.key, unpack(fields))
  if not turn.archived then recount(words, words .. more, 0) end
else
  redis.call('HSET', turn.key, unpack(fields))
end
redis.call('HDEL', turn.key, 'open')
mark_stale(turn)

for i = 12, #ARGV, 3 do
  local m = ARGV[i] ~= turn.id and load(ARGV[i])
  if m and not m.archived and sees(m) then
    reinforce(m, ARGV[i + 1], ARGV[i + 2], now, fade, forget)
  end
end
return 1
