#!lua
-- Replace a sealed box by the same secret under another key, unless it was destroyed or replaced in between.
-- KEYS  1 boxes
-- ARGV  1 name of the box  2 the box that was read  3 the box to put in its place
-- Returns  {"ok"} | {"changed"}
if redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[2] then
  return { "changed" }
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
return { "ok" }
