-- What the scripts share; it stands in each of them, below its first line. That line says what a
-- full Redis does: `allow-oom` takes away or puts aside and goes on, the others are refused before
-- they have changed anything.
--
-- KEYS[1] is `<prefix>:person:{<digest>}`: every other key of that person follows from it, and
-- lies in the same slot. ARGV[1] is the place (its digest) that a shared scope sees, or empty.

local prefix, digest = KEYS[1]:match('^(.-):person:{(%x+)}$')
local SCOPE = ARGV[1]
local FOREVER = 253402214400000
local SPAN = 8796093022208
local BUCKET = tonumber(digest:sub(1, 3), 16) % 1024 * SPAN

local function key(room, name)
  return prefix .. ':' .. room .. ':{' .. digest .. '}' .. (name and ':' .. name or '')
end

local SAID, SHELF, TERMS = key('said'), key('shelf'), key('terms')

local function owner(id)
  return prefix .. ':owner:' .. id
end

local function whole(number)
  return string.format('%.0f', number)
end

-- A memory's bookkeeping, or nil: there is none such, or it is not as we write them.
local function load(id)
  local at = key('memory', id)
  local got = redis.pcall('HMGET', at, 'state', 'place', 'private', 'kind')
  if got.err or not got[1] then return nil end
  local order, strength, last, recalls, pinned, fades, forgotten, archived = got[1]:match(
    '^(%d+) (%S+) (%-?%d+) (%d+) ([01]) (%-?%d+) (%-?%d+) (%S+)$')
  if not order or not tonumber(strength) then return nil end
  return {
    id = id, key = at, order = order, member = order .. ':' .. id,
    strength = tonumber(strength), last = tonumber(last), recalls = recalls, pinned = pinned,
    fades = tonumber(fades), forgotten = tonumber(forgotten), archived = tonumber(archived),
    place = got[2] or '', private = got[3], kind = got[4],
  }
end

local function sees(m)
  return SCOPE == '' or (m.place == SCOPE and m.private == '0')
end

-- `Curve.fades_at` and `forgotten_at`; the spans are milliseconds per day of strength.
local function solve(m, fade, forget)
  if m.pinned == '1' then
    m.fades, m.forgotten = FOREVER, FOREVER
  else
    m.fades = math.min(FOREVER, math.floor(m.last + m.strength * fade))
    m.forgotten = math.min(FOREVER, math.floor(m.last + m.strength * forget))
  end
end

-- Write the bookkeeping and any other fields at once: each write indexes the memory anew.
local function save(m, ...)
  local fields = {
    'state', table.concat({
      m.order, string.format('%.17g', m.strength), whole(m.last), m.recalls, m.pinned,
      whole(m.fades), whole(m.forgotten), m.archived and whole(m.archived) or '-',
    }, ' '),
    'pinned', m.pinned, ...
  }
  local function also(field, value)
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  if m.archived then
    also('archived_at', whole(m.archived))
  else
    also('who', digest)
    also('until', whole(BUCKET + math.max(0, math.min(SPAN - 1, m.fades))))
    also('due', whole(m.forgotten))
  end
  redis.call('HSET', m.key, unpack(fields))
end

local function distinct(words)
  local set, number = {}, 0
  for word in words:gmatch('%S+') do
    set[word] = true
    number = number + 1
  end
  return set, number
end

-- In how many of the person's living memories each term stands, and under `*` how many terms they
-- have in all: one text takes another's place.
local function recount(before, after)
  local old, length = distinct(before)
  local new, longer = distinct(after)
  local changes = { { '*', longer - length } }
  for word in pairs(new) do
    if not old[word] then changes[#changes + 1] = { word, 1 } end
  end
  for word in pairs(old) do
    if not new[word] then changes[#changes + 1] = { word, -1 } end
  end
  for first = 1, #changes, 1000 do
    local words, gone, kept = {}, {}, {}
    for i = first, math.min(first + 999, #changes) do words[#words + 1] = changes[i][1] end
    local counts = redis.call('HMGET', TERMS, unpack(words))
    for i, word in ipairs(words) do
      local count = (tonumber(counts[i]) or 0) + changes[first + i - 1][2]
      if count > 0 then
        kept[#kept + 1] = word
        kept[#kept + 1] = whole(count)
      else
        gone[#gone + 1] = word
      end
    end
    if #gone > 0 then redis.call('HDEL', TERMS, unpack(gone)) end
    if #kept > 0 then redis.call('HSET', TERMS, unpack(kept)) end
  end
end

local function enlist(m, score)
  redis.call('ZADD', m.archived and SHELF or SAID, score, m.member)
  if not m.archived and m.kind == 'turn' then
    redis.call('ZADD', key('turns', m.place), score, m.member)
  end
end

local function delist(m)
  local list = m.archived and SHELF or SAID
  local score = redis.call('ZSCORE', list, m.member) or '0'
  redis.call('ZREM', list, m.member)
  redis.call('ZREM', key('turns', m.place), m.member)
  return score
end

-- Out of the index: the fields that it reads get names that it does not know.
local function hide(m, now)
  local got = redis.call('HMGET', m.key, 'words', 'vector')
  redis.call('HDEL', m.key, 'who', 'until', 'due', 'words', 'vector')
  local score = delist(m)
  m.archived = now
  save(m, 'shelved_words', got[1] or '', 'embedded', got[2] and 'shelved1' or 'shelved0')
  if got[2] then redis.call('HSET', m.key, 'shelved_vector', got[2]) end
  enlist(m, score)
  recount(got[1] or '', '')
end

local function show(m)
  local got = redis.call('HMGET', m.key, 'shelved_words', 'shelved_vector')
  local score = delist(m)
  m.archived = nil
  if got[2] then redis.call('HSET', m.key, 'vector', got[2]) end
  save(m, 'words', got[1] or '', 'embedded', got[2] and '1' or '0')
  redis.call('HDEL', m.key, 'shelved_words', 'shelved_vector', 'archived_at')
  enlist(m, score)
  recount('', got[1] or '')
end

local function drop(m)
  local words = redis.call('HGET', m.key, 'words')
  redis.call('DEL', m.key, owner(m.id))
  delist(m)
  recount(words or '', '')
end
