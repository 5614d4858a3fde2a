#!lua flags=no-writes
-- Read the turns before and after turns, faded or not. Returns rows: id of the turn, distance, key,
-- record, state. ARGV: scope, number of turns on each side, ids.

local reach, rows = tonumber(ARGV[2]), {}

local function read_side(id, list, at, step)
  local far = 0
  while far < reach do
    local first = step > 0 and at + 1 or math.max(0, at - reach)
    local last = step > 0 and at + reach or at - 1
    -- Redis would count a negative index from the end.
    local members = last >= 0 and redis.call('ZRANGE', list, first, last) or {}
    if #members == 0 then return end
    for i = 1, #members do
      local other = members[step > 0 and i or #members + 1 - i]:sub(18)
      local at_key = key('memory', other)
      local row = redis.pcall('HMGET', at_key, 'record', 'state', 'place', 'private')
      local is_sound = not row.err and row[2] and #row[2] == ALIVE_LENGTH and not is_leaving(other)
      if is_sound and far < reach and sees({ place = row[3], private = row[4] }) then
        far = far + 1
        rows[#rows + 1] = { id, far * step, at_key, row[1], row[2] }
      end
    end
    at = at + step * reach
  end
end

for i = 3, #ARGV do
  local turn = load(ARGV[i])
  if turn and turn.kind == 'turn' and not turn.archived and sees(turn) then
    local list = key('turns', turn.place)
    local at = redis.call('ZRANK', list, turn.member)
    if at then
      read_side(turn.id, list, at, -1)
      read_side(turn.id, list, at, 1)
    end
  end
end
return rows
