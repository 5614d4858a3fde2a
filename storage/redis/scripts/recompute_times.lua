#!lua
-- Recompute when memories fade and are forgotten, after the curve changed. ARGV: -, spans of fading
-- and forgetting, ids.

for i = 4, #ARGV do
  local m = load(ARGV[i])
  -- The times of an archived memory tell whether its person archived it (see `put_away`).
  if m and not m.archived then
    local fades, forgotten = m.fades, m.forgotten
    recompute_times(m, tonumber(ARGV[2]), tonumber(ARGV[3]))
    if m.fades ~= fades or m.forgotten ~= forgotten then save(m) end
  end
end
