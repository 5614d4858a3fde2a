#!lua flags=no-writes
-- Read one of a person's lists from its newest end. Returns rows (record, state, cursor) and the
-- cursor to continue from, which is empty at the end of the list.
-- ARGV: scope, name of the list, most rows, cursor (time, order; empty: from the newest), from, until
-- (times or empty), kinds (each between two bars; empty: all), id prefix, most members to look at.

local list = key(ARGV[2])
local most, time, order = tonumber(ARGV[3]), ARGV[4], ARGV[5]
local from, before, kinds, start_of_id = tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9]
local budget = tonumber(ARGV[10])

local at = 0
if before ~= '' then at = redis.call('ZCOUNT', list, before, '+inf') end
if time ~= '' then
  local later = redis.call('ZCOUNT', list, '(' .. time, '+inf')
  -- Members of the same time are in descending order of their numbers: search by bisection.
  local low, high = 0, redis.call('ZCOUNT', list, time, time)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local member = redis.call('ZREVRANGE', list, later + middle, later + middle)[1]
    if member:sub(1, 16) < order then high = middle else low = middle + 1 end
  end
  at = math.max(at, later + low)
end

local rows, last, looked, step = {}, '', 0, math.max(16, math.min(most, 256))
while looked < budget do
  local chunk = redis.call('ZREVRANGE', list, at, at + step - 1, 'WITHSCORES')
  if #chunk == 0 then return { rows, '' } end
  for i = 1, #chunk, 2 do
    local member, score = chunk[i], chunk[i + 1]
    if from and tonumber(score) < from then return { rows, '' } end
    last = score .. '.' .. member:sub(1, 16)
    local id = member:sub(18)
    if id:sub(1, #start_of_id) == start_of_id and not is_leaving(id) then
      local row = redis.pcall(
        'HMGET', key('memory', id), 'record', 'state', 'kind', 'place', 'private')
      if not row.err and (kinds == '' or (row[3] and kinds:find('|' .. row[3] .. '|', 1, true)))
        and sees({ place = row[4], private = row[5] }) then
        rows[#rows + 1] = { row[1], row[2], last }
        if #rows == most then return { rows, last } end
      end
    end
  end
  looked = looked + step
  at = at + step
end
return { rows, last }
