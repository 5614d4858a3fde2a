#!lua flags=allow-oom
-- Mark days as summarised, except those that changed meanwhile. ARGV: -, then marks (see
-- `mark_stale`), each with the number of the change that was summarised.

for i = 2, #ARGV, 2 do
  if redis.call('ZSCORE', STALE, ARGV[i]) == ARGV[i + 1] then unmark(ARGV[i]) end
end
