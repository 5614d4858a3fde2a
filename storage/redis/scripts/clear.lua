#!lua flags=allow-oom
-- What `rewrite` does, with nothing to add: a full Redis allows it. Gives 1 or 0. ARGV: as there.

if revision() ~= tonumber(ARGV[3]) then return 0 end
know(ARGV[2])
local at = 10
local function following(count)
  local first = at
  at = at + tonumber(count)
  return first, at - 1
end
local first, last = following(ARGV[5])
for i = first, last do
  local m = load(ARGV[i])
  if m and sees(m) then mark(m) end
end
first, last = following(ARGV[6])
archive(first, last, tonumber(ARGV[4]))
first, last = following(ARGV[7])
send_away(first, last, ARGV[4])
first, last = following(ARGV[8])
send_away(first, last, '')
first, last = following(ARGV[9])
erase(first, last, {})
revise()
return 1
