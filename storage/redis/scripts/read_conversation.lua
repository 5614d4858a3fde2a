#!lua flags=no-writes
-- Read what a reply needs besides what recall finds. Returns the revision, fields of the person, the
-- last turns in a place (rows of key, record and state, the newest first), and the memories that are
-- asked for, in such rows. ARGV: scope, place, most turns, the time before which they were said
-- (empty: any), the number of names of fields of the person, these names, then ids.

local list, most, before = key('turns', ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local last = 5 + tonumber(ARGV[5])

local function row(id)
  if is_leaving(id) then return nil end
  local at = key('memory', id)
  local got = redis.pcall('HMGET', at, 'record', 'state', 'place', 'private')
  if got.err or not (got[1] or got[2]) or not sees({ place = got[3], private = got[4] }) then
    return nil
  end
  return { at, got[1], got[2] }
end

local turns, at = {}, before == '' and 0 or redis.call('ZCOUNT', list, before, '+inf')
-- Thousands may be hidden already (see `is_leaving`): the turns before these are not looked for.
local furthest = at + math.max(most, 2000)
while #turns < most and at < furthest do
  local members = redis.call('ZREVRANGE', list, at, at + most - 1)
  if #members == 0 then break end
  for _, member in ipairs(members) do
    local turn = #turns < most and row(member:sub(18))
    if turn then turns[#turns + 1] = turn end
  end
  at = at + most
end

local notes = {}
for i = last + 1, #ARGV do notes[#notes + 1] = row(ARGV[i]) end

return { revision(), redis.call('HMGET', KEYS[1], unpack(ARGV, 6, last)), turns, notes }
