-- Functions that the scripts share; each script contains them, below its first line. That line says
-- what a full Redis does: a script with `allow-oom`, which removes or archives, runs all the same;
-- the others are refused before they have changed anything.
--
-- KEYS[1] is `<prefix>:person:{<digest>}`: every other key of that person follows from it, and is in
-- the same slot. ARGV[1] is the digest of the place that a shared scope sees; empty in private.
-- RECALLED has the kinds that recall searches (see connection.py).

local prefix, digest = KEYS[1]:match('^(.-):person:{(%x+)}$')
local SCOPE = ARGV[1]
local FOREVER = 253402214400000
local SPAN = 8796093022208
local BUCKET = tonumber(digest:sub(1, 3), 16) % 1024 * SPAN

local function key(room, name)
  return prefix .. ':' .. room .. ':{' .. digest .. '}' .. (name and ':' .. name or '')
end

local SAID, ARCHIVE, TERMS = key('said'), key('shelf'), key('terms')
local DERIVED, PLACES, VALUES = key('derived'), key('places'), key('notes')
local STALE, STALE_OF_ALL, META = key('stale'), prefix .. ':stale', prefix .. ':meta'
local LEAVING, ALL_LEAVING = key('leaving'), prefix .. ':leaving'

local function owner(id)
  return prefix .. ':owner:' .. id
end

local function whole(number)
  return string.format('%.0f', number)
end

-- The layout of `state` (see rows.py): names between values, each of a fixed length.
local LAYOUT = '>c16c10dc17I4i8c9c8c7c1c12I4i8c16I4i8c12'
local STRENGTH, LAST = '\168strength\203', '\173last_recalled\199\012\255'
local RECALLS, PINNED = '\167recalls\207', '\166pinned'
local FADES, FORGOTTEN = '\168fades_at\199\012\255', '\172forgotten_at\199\012\255'
local ARCHIVED, TIME, NONE = '\171archived_at', '\199\012\255', '\192'
local TRUE, FALSE = '\195', '\194'
local ALIVE_LENGTH, ARCHIVED_LENGTH = 153, 167

local function milliseconds(nanoseconds, seconds)
  return seconds * 1000 + math.floor(nanoseconds / 1000000)
end

-- Convert milliseconds to nanoseconds and seconds, the parts of a timestamp of MessagePack.
local function time(moment)
  local seconds = math.floor(moment / 1000)
  return (moment - seconds * 1000) * 1000000, seconds
end

-- Return whether a memory is hidden already, to be archived or erased step by step (purge_marked.lua).
local any_leaving
local function is_leaving(id)
  if any_leaving == nil then any_leaving = redis.call('EXISTS', LEAVING) == 1 end
  return any_leaving and redis.call('HEXISTS', LEAVING, id) == 1
end

-- Return the state of a memory with its place and kind; nil where there is none or it is damaged.
local function load(id, even_leaving)
  if not even_leaving and is_leaving(id) then return nil end
  local at = key('memory', id)
  local got = redis.pcall('HMGET', at, 'state', 'place', 'private', 'kind')
  if got.err or not got[1] or (#got[1] ~= ALIVE_LENGTH and #got[1] ~= ARCHIVED_LENGTH) then return nil end
  local order, strength_is, strength, last_is, last_ns, last_s, recalls_is, recalls, pinned_is,
    pinned, fades_is, fades_ns, fades_s, forgotten_is, forgotten_ns, forgotten_s, archived_is, after =
    struct.unpack(LAYOUT, got[1])
  if not order:match('^%d+$') or strength_is ~= STRENGTH or last_is ~= LAST
    or recalls_is ~= RECALLS or pinned_is ~= PINNED or fades_is ~= FADES
    or forgotten_is ~= FORGOTTEN or archived_is ~= ARCHIVED then return nil end
  local archived
  if #got[1] == ARCHIVED_LENGTH then archived = milliseconds(struct.unpack('>I4i8', got[1], after + 3)) end
  return {
    id = id, key = at, order = order, member = order .. ':' .. id,
    strength = strength, last = milliseconds(last_ns, last_s), recalls = recalls,
    pinned = pinned == TRUE and '1' or '0', fades = milliseconds(fades_ns, fades_s),
    forgotten = milliseconds(forgotten_ns, forgotten_s), archived = archived,
    place = got[2] or '', private = got[3], kind = got[4], recalled = RECALLED[got[4]],
  }
end

local function state(m)
  local last_ns, last_s = time(m.last)
  local fades_ns, fades_s = time(m.fades)
  local forgotten_ns, forgotten_s = time(m.forgotten)
  local bytes = struct.pack(LAYOUT, m.order, STRENGTH, m.strength, LAST, last_ns, last_s,
    RECALLS, m.recalls, PINNED, m.pinned == '1' and TRUE or FALSE, FADES, fades_ns, fades_s,
    FORGOTTEN, forgotten_ns, forgotten_s, ARCHIVED)
  if not m.archived then return bytes .. NONE end
  return bytes .. TIME .. struct.pack('>I4i8', time(m.archived))
end

-- Append entries to a record (MessagePack, see rows.py); of two with one name the later counts.
local function with_entries(record, number, entries)
  if not record or #record < 3 then return record or '' end
  local before = struct.unpack('>I2', record, 2)
  return record:sub(1, 1) .. struct.pack('>I2', before + number) .. record:sub(4) .. entries
end

local function sees(m)
  return SCOPE == '' or (m.place == SCOPE and m.private == '0')
end

-- Compute `Curve.fades_at` and `forgotten_at`; the spans are milliseconds per day of strength. A
-- memory that recall does not search keeps its times.
local function recompute_times(m, fade, forget)
  if not m.recalled then return end
  if m.pinned == '1' then
    m.fades, m.forgotten = FOREVER, FOREVER
  else
    m.fades = math.min(FOREVER, math.floor(m.last + m.strength * fade))
    m.forgotten = math.min(FOREVER, math.floor(m.last + m.strength * forget))
  end
end

-- Write the state and any other fields at once, because each write indexes the memory anew.
local function save(m, ...)
  local fields = {
    'state', state(m),
    'pinned', m.pinned, ...
  }
  local function also(field, value)
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  if m.archived then
    also('archived_at', whole(m.archived))
  else
    also('due', whole(m.forgotten))
    if m.recalled then
      also('who', digest)
      also('until', whole(BUCKET + math.max(0, math.min(SPAN - 1, m.fades))))
    end
  end
  redis.call('HSET', m.key, unpack(fields))
end

-- Add `by[i]` to the count of `names[i]`; counts that are 0 then are removed.
local function count(names, by)
  for first = 1, #names, 1000 do
    local last = math.min(first + 999, #names)
    local counts, gone, kept = redis.call('HMGET', TERMS, unpack(names, first, last)), {}, {}
    for i = first, last do
      local now = (tonumber(counts[i - first + 1]) or 0) + by[i]
      if now > 0 then
        kept[#kept + 1] = names[i]
        kept[#kept + 1] = now
      else
        gone[#gone + 1] = names[i]
      end
    end
    if #gone > 0 then redis.call('HDEL', TERMS, unpack(gone)) end
    if #kept > 0 then redis.call('HSET', TERMS, unpack(kept)) end
  end
end

-- Update the counts of terms when the text `before` is replaced by `after` and there are `more`
-- memories. Each term has the number of living memories that have it; `*` and `+` have the numbers
-- of terms of all messages and of all replies of these memories, and `#` the number of the memories.
local function recount(before, after, more)
  local old, new = {}, {}
  local names, by = { '*', '+', '#' }, { 0, 0, more }
  -- The terms of a reply follow a plus.
  local function words(text, number)
    local field, next_word = 1, text:gmatch('%S+')
    return function()
      local word = next_word()
      if word == '+' then
        field = 2
        word = next_word()
      end
      if word then by[field] = by[field] + number end
      return word
    end
  end
  for word in words(before, -1) do old[word] = true end
  local function change(word, number)
    names[#names + 1] = word
    by[#by + 1] = number
  end
  for word in words(after, 1) do
    if not new[word] and not old[word] then change(word, 1) end
    new[word] = true
  end
  for word in pairs(old) do
    if not new[word] then change(word, -1) end
  end
  count(names, by)
end

local function enlist(m, score)
  redis.call('ZADD', m.archived and ARCHIVE or SAID, score, m.member)
  if m.archived then return end
  redis.call('ZADD', m.kind == 'turn' and key('turns', m.place) or DERIVED, score, m.member)
end

local function delist(m)
  local list = m.archived and ARCHIVE or SAID
  local score = redis.call('ZSCORE', list, m.member) or '0'
  redis.call('ZREM', list, m.member)
  redis.call('ZREM', m.kind == 'turn' and key('turns', m.place) or DERIVED, m.member)
  return score
end

-- Archive a memory: the fields that the index reads get names that it does not read. The fields of a
-- memory that recall does not search always have such names.
local function hide(m, now)
  local got = redis.call('HMGET', m.key, 'words', 'vector')
  redis.call('HDEL', m.key, 'who', 'until', 'said', 'due', 'words', 'vector')
  local score = delist(m)
  m.archived = now
  if not m.recalled then
    save(m)
  elseif got[2] then
    save(m, 'shelved_words', got[1] or '', 'embedded', 'shelved1', 'shelved_vector', got[2])
  else
    save(m, 'shelved_words', got[1] or '', 'embedded', 'shelved0')
  end
  enlist(m, score)
  if m.recalled then recount(got[1] or '', '', -1) end
end

local function show(m)
  local got = redis.call('HMGET', m.key, 'shelved_words', 'shelved_vector')
  local score = delist(m)
  m.archived = nil
  redis.call('HDEL', m.key, 'archived_at')
  enlist(m, score)
  if not m.recalled then
    save(m)
    return
  end
  if got[2] then
    save(m, 'said', score, 'words', got[1] or '', 'embedded', '1', 'vector', got[2])
  else
    save(m, 'said', score, 'words', got[1] or '', 'embedded', '0')
  end
  redis.call('HDEL', m.key, 'shelved_words', 'shelved_vector')
  recount('', got[1] or '', 1)
end
