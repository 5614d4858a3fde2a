#!lua
-- Store a memory unless its id is known, whichever person that belongs to. Returns 1 or 0.
-- ARGV: -, person, id, said_at, state without its order, then fields and values.

return keep(ARGV[3], ARGV[2], unpack(ARGV, 4))
