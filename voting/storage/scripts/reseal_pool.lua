#!lua
-- Replace boxes of the pool by the same codes under another key, each unless it was drawn or destroyed in between.
-- KEYS  1 pool
-- ARGV  1 a box that was read  2 the box to put in its place  3, 4, … further pairs
-- Returns  {"ok", how many were replaced}
local replaced = 0
for i = 1, #ARGV, 2 do
  if redis.call("SREM", KEYS[1], ARGV[i]) == 1 then
    redis.call("SADD", KEYS[1], ARGV[i + 1])
    replaced = replaced + 1
  end
end
return { "ok", replaced }
