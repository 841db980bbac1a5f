#!lua
-- Give the right to do what a closed session is owed to one holder for some time; the holder takes it again to keep it.
-- KEYS  1 session  2 lease
-- ARGV  1 holder  2 milliseconds
-- Returns  {"ok"} | {"held"} by another | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
local holder = redis.call("GET", KEYS[2])
if not state then
  return { "unknown-session" }
end
if state ~= "closed" then
  return { "state", state }
end
if holder and holder ~= ARGV[1] then
  return { "held" }
end
redis.call("SET", KEYS[2], ARGV[1], "PX", ARGV[2])
return { "ok" }
