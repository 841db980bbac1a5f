#!lua
-- Give the right to count back, and keep why this count failed in place of the reason before. Of no effect when
-- somebody else has it by now.
-- KEYS  1 session  2 lease
-- ARGV  1 holder  2 failure, "" for none
-- Returns  {"ok"} | {"again"} when it was lost | {"unknown-session"}
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return { "unknown-session" }
end
if redis.call("GET", KEYS[2]) ~= ARGV[1] then
  return { "again" }
end
redis.call("DEL", KEYS[2])
if ARGV[2] ~= "" and state == "closed" then
  redis.call("HSET", KEYS[1], "count_failure", ARGV[2])
else
  redis.call("HDEL", KEYS[1], "count_failure")
end
return { "ok" }
