#!lua flags=allow-oom
-- Mark days as summarised, but for those that changed meanwhile. ARGV: -, then marks (see
-- `mark_stale`), each with the change that was seen.

for i = 2, #ARGV, 2 do
  if redis.call('ZSCORE', STALE, ARGV[i]) == ARGV[i + 1] then unmark(ARGV[i]) end
end
