#!lua flags=no-writes
-- All that is valid now, as names and texts by turns.

return valid_values()
