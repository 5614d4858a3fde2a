-- Functions for what a person changes and what follows from it: stale days, places that were left,
-- revisions, values. Each script contains them, below common.lua.

local function note_change(day)
  local change = redis.call('HINCRBY', META, 'changes', 1)
  redis.call('ZADD', STALE, change, day)
  redis.call('ZADD', STALE_OF_ALL, change, digest .. day)
end

-- Mark the day of a memory as stale if it is of `kind` (by default a turn); to be called before the
-- memory is dropped. `day` (read if it is not given) is the date and, in a shared place, its id;
-- the mark has the digest of the id in between.
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

-- Count one memory less in a shared place. A place without memories has neither a turn nor a summary
-- left to work on, and its marks would be the last trace of it. The private notes that were made of
-- it still have to be rewritten, so marks of the same days without a place replace them.
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

-- Create the person if they are not known. A new person begins above the revisions of all who were
-- erased, so that no job for an erased person fits them.
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

-- Return whether a vector is of the store's embedder. Another process may have replaced the embedder
-- of the process that sends it, and the index would leave out the whole memory.
local function vector_fits(vector)
  local space, precision = unpack(redis.call('HMGET', META, 'embedder', 'precision'))
  local dimensions = space and tonumber(space:match('/(%d+)$'))
  return not dimensions or #vector == dimensions * (precision == 'float16' and 2 or 4)
end

-- Return whether no memory of any person has this id. A memory that is to be erased step by step is
-- erased now, so that a later step does not erase the new memory of its id.
local function is_free(id)
  local at = key('memory', id)
  -- With nearly every message, one command answers this instead of three.
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

-- Store a memory if its id is free; return 1 or 0. The further arguments are the fields and values
-- of its hash. Every message comes through here, so nothing is read back.
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
    key = at, member = order .. ':' .. id, archived = #fields[2] == ARCHIVED_LENGTH, place = given.place,
    private = given.private, kind = given.kind,
  }
  enlist(m, said)
  if given.words then recount('', given.words, 1) end
  if m.private == '0' then redis.call('HINCRBY', PLACES, m.place, 1) end
  mark_stale(m, nil, given.day)
  return 1
end

-- Archive a memory at its person's wish; return whether it was not archived so before. Its
-- `forgotten` is FOREVER from then on, which tells it from one that time archived. `archive` and
-- `erase` below do so for the ids ARGV[first] to ARGV[last], and return those that they changed.
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

-- In a rewrite, `replaced` has the ids that are added again as keys: the day of a summary that is
-- not replaced becomes stale.
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

-- Hide memories in one step and leave it to purge_marked.lua to archive or erase them some at a time,
-- because thousands would block Redis for seconds. `archived` is when they were archived; empty if
-- they are to be erased.
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

-- Return all values that are valid now, with names and texts alternating.
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

-- List the name of a value that expires in `milliseconds` (empty: never). The list expires with the
-- last of them; until then, each call removes some names of values that have expired.
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

-- Do what `rewrite` and `clear` begin with: mark days, archive, and mark for purging, as their ARGV
-- say. Returns where in ARGV the ids to erase begin and end.
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
    if m and sees(m) then
      mark_stale(m)
      mark_stale(m, 'day')
    end
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
