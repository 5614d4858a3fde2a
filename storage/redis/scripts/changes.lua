-- What a person changes, and what goes with it: stale days, left places, revisions, values. It
-- stands in each script, below common.lua.

local function note_change(day)
  local change = redis.call('HINCRBY', META, 'changes', 1)
  redis.call('ZADD', STALE, change, day)
  redis.call('ZADD', STALE_OF_ALL, change, digest .. day)
end

-- Mark the day of a memory as stale, if it is of that kind (none: a turn): to be called before it is
-- dropped. `day` (read where it is not given) is the date and, in a shared place, the id of that;
-- its digest goes in between.
local function mark_stale(m, kind, day)
  if m.kind ~= (kind or 'turn') then return end
  day = day or redis.call('HGET', m.key, 'day')
  if not day then return end
  if m.private == '0' then day = day:sub(1, 10) .. m.place .. day:sub(11) end
  note_change(day)
end

local function unmark(day)
  redis.call('ZREM', STALE, day)
  redis.call('ZREM', STALE_OF_ALL, digest .. day)
end

-- A shared place in which nothing is left has neither a turn to summarise nor a summary to mend, and
-- the marks would be the last that tell of it. What was made of it in private is still to be mended:
-- a mark of the same day that names no place takes their place.
local function forget_left_place(place)
  if redis.call('HINCRBY', PLACES, place, -1) > 0 then return end
  redis.call('HDEL', PLACES, place)
  for _, day in ipairs(redis.call('ZRANGE', STALE, 0, -1)) do
    if day:sub(11, 42) == place then
      unmark(day)
      note_change(day:sub(1, 10))
    end
  end
end

local function drop(m)
  local words = not m.archived and m.recalled and redis.call('HGET', m.key, 'words')
  redis.call('DEL', m.key, owner(m.id))
  delist(m)
  if words then recount(words, '', -1) end
  if m.private == '0' then forget_left_place(m.place) end
end

-- Make the person known. Whoever comes anew begins above everybody who was erased, so that what was
-- being derived from their memories fits nobody.
local function ensure_person(person)
  if redis.call('HSETNX', KEYS[1], 'id', person) == 0 then return end
  local first = redis.call('HGET', META, 'revision')
  if first then redis.call('HSET', KEYS[1], 'revision', first) end
end

local function revision()
  local known = redis.call('HMGET', KEYS[1], 'id', 'revision')
  local first = not known[1] and redis.call('HGET', META, 'revision')
  return tonumber(known[2] or first or '0')
end

local function bump_revision()
  redis.call('HINCRBY', KEYS[1], 'revision', 1)
end

-- Whether a vector is of the embedder of the store: another process may have replaced that of
-- the one which sends it, and the index would pass the whole memory over.
local function vector_fits(vector)
  local space, precision = unpack(redis.call('HMGET', META, 'embedder', 'precision'))
  local dimensions = space and tonumber(space:match('/(%d+)$'))
  return not dimensions or #vector == dimensions * (precision == 'float16' and 2 or 4)
end

-- Whether no memory has that id, whoever it would belong to. What is to be erased step by step is
-- gone for everybody: it goes now, before that step takes away what has its id by then.
local function is_free(id)
  local at = key('memory', id)
  -- Nearly always, and with every message: so one question, and not three.
  if redis.call('EXISTS', at, owner(id), LEAVING) == 0 then return true end
  local archived = redis.call('HGET', LEAVING, id)
  local old = archived == '' and load(id, true)
  if old then
    mark_stale(old)
    drop(old)
  end
  if redis.call('EXISTS', at, owner(id)) > 0 then return false end
  if archived then redis.call('HDEL', LEAVING, id) end
  return true
end

-- Keep a memory, if its id is free. Gives 1 or 0. What follows are the fields and values of its
-- hash: every message comes through here, and nothing is read back.
local function keep(id, person, said, bookkeeping, ...)
  if not is_free(id) then return 0 end
  local at = key('memory', id)
  ensure_person(person)
  local order = string.format('%016d', redis.call('HINCRBY', KEYS[1], 'orders', 1))
  redis.call('SET', owner(id), digest)
  local fields, given = { 'state', order .. bookkeeping, ... }, {}
  for i = 3, #fields, 2 do
    local field, value = fields[i], fields[i + 1]
    if (field == 'vector' or field == 'shelved_vector') and not vector_fits(value) then
      local shelved = field == 'vector' and '' or 'shelved'
      fields[i], fields[i + 1] = 'embedded', shelved .. '0'
    end
    given[field] = value
  end
  redis.call('HSET', at, unpack(fields))
  local m = {
    key = at, member = order .. ':' .. id, archived = #fields[2] == SHELVED, place = given.place,
    private = given.private, kind = given.kind,
  }
  enlist(m, said)
  if given.words then recount('', given.words, 1) end
  if m.private == '0' then redis.call('HINCRBY', PLACES, m.place, 1) end
  mark_stale(m, nil, given.day)
  return 1
end

-- Put memories on the shelf, or erase them, because their person wants it: ARGV[first] to
-- ARGV[last]. Gives the ids of those that it did.
--
-- What is put away is told from what time archived by `forgotten`: whatever the curve says, it is
-- never. What time has archived already is put away now.
local function put_away(m, now)
  if m.archived and m.forgotten > m.archived then return false end
  mark_stale(m)
  m.forgotten = FOREVER
  if m.archived then
    m.archived = now
    save(m)
  else
    hide(m, now)
  end
  return true
end

local function archive(first, last, now)
  local done = {}
  for i = first, last do
    local m = load(ARGV[i])
    if m and sees(m) and put_away(m, now) then done[#done + 1] = m.id end
  end
  return done
end

-- In a rewriting, a summary of a day that is not replaced is missed: `replaced` are ids as keys.
local function erase(first, last, replaced)
  local done = {}
  for i = first, last do
    local m = load(ARGV[i])
    if m and sees(m) then
      mark_stale(m)
      if replaced and not replaced[m.id] then mark_stale(m, 'day') end
      drop(m)
      done[#done + 1] = m.id
    end
  end
  return done
end

-- Thousands would hold up Redis for seconds: from here on these are gone for everybody, in one step,
-- and purge.lua takes them away, some at a time. `archived` is when they were put away; empty: they
-- are to be erased.
local function mark_for_purge(first, last, archived)
  for i = first, last, 1000 do
    local fields = {}
    for j = i, math.min(i + 999, last) do
      fields[#fields + 1] = ARGV[j]
      fields[#fields + 1] = archived
    end
    redis.call('HSET', LEAVING, unpack(fields))
  end
  if last >= first then redis.call('SADD', ALL_LEAVING, digest) end
end

-- All values that are valid now, as names and texts by turns.
local function valid_values()
  local found = {}
  for _, name in ipairs(redis.call('SMEMBERS', VALUES)) do
    local value = redis.call('GET', key('note', name))
    if value then
      found[#found + 1] = name
      found[#found + 1] = value
    end
  end
  return found
end

-- List the name of a value that ends in so many milliseconds (empty: never). The list ends with the
-- last of them; until then some names that are over go with every new one.
local function list_value(name, milliseconds)
  for _, other in ipairs(redis.call('SRANDMEMBER', VALUES, 3)) do
    if redis.call('EXISTS', key('note', other)) == 0 then redis.call('SREM', VALUES, other) end
  end
  local left = redis.call('PTTL', VALUES)
  redis.call('SADD', VALUES, name)
  if milliseconds == '' then
    redis.call('PERSIST', VALUES)
  elseif left == -2 or (left >= 0 and left < tonumber(milliseconds)) then
    redis.call('PEXPIRE', VALUES, milliseconds)
  end
end

-- What `rewrite` and `clear` begin with: mark, archive and send away, as their ARGV say. Gives where
-- the ids to erase begin and end.
local function begin_rewrite()
  ensure_person(ARGV[2])
  local at = 10
  local function following(count)
    local first = at
    at = at + tonumber(count)
    return first, at - 1
  end
  local first, last = following(ARGV[5])
  for i = first, last do
    local m = load(ARGV[i])
    if m and sees(m) then mark_stale(m) end
  end
  first, last = following(ARGV[6])
  archive(first, last, tonumber(ARGV[4]))
  first, last = following(ARGV[7])
  mark_for_purge(first, last, ARGV[4])
  first, last = following(ARGV[8])
  mark_for_purge(first, last, '')
  first, last = following(ARGV[9])
  return first, last
end
