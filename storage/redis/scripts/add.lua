#!lua
-- Keep a memory, unless its id is known, whoever it belongs to. Gives 1 or 0.
-- ARGV: -, person, id, said_at, state without its order, then fields and values.

local id = ARGV[3]
if redis.call('EXISTS', key('memory', id), owner(id)) > 0 then return 0 end
redis.call('HSETNX', KEYS[1], 'id', ARGV[2])
local order = string.format('%016d', redis.call('HINCRBY', KEYS[1], 'orders', 1))
redis.call('SET', owner(id), digest)
redis.call('HSET', key('memory', id), 'state', order .. ' ' .. ARGV[5], unpack(ARGV, 6))
local m = load(id)
enlist(m, ARGV[4])
if not m.archived then recount('', redis.call('HGET', m.key, 'words') or '') end
return 1
