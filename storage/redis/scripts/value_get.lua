#!lua flags=no-writes
-- Return all values that are valid now, with names and texts alternating.

return valid_values()
