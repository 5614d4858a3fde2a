#!lua
-- Set the vector of a memory that exists and has none. Returns 1 or 0. ARGV: scope, id, vector.

local m = load(ARGV[2])
if not m or not sees(m) or not vector_fits(ARGV[3]) then return 0 end
local hidden = m.archived or not m.recalled
local given = hidden and 'shelved_vector' or 'vector'
if redis.call('HEXISTS', m.key, given) == 1 then return 0 end
if hidden then
  redis.call('HSET', m.key, 'shelved_vector', ARGV[3], 'embedded', 'shelved1')
else
  redis.call('HSET', m.key, 'vector', ARGV[3], 'embedded', '1')
end
return 1
