#!lua
-- Stop a round of the key ceremony with its first fault; a later one changes nothing.
-- KEYS  1 session  2 ceremony
-- ARGV  1 round  2 fault
-- Returns  {"ok"} | {"again"} | {"unknown-session"} | {"state", state} | {"changed"}
local state = redis.call("HGET", KEYS[1], "state")
local round, fault = unpack(redis.call("HMGET", KEYS[2], "round", "fault"))
if not state then
  return { "unknown-session" }
end
if state ~= "draft" then
  return { "state", state }
end
if (round or "1") ~= ARGV[1] then
  return { "changed" }
end
if fault then
  return { "again" }
end
redis.call("HSET", KEYS[2], "round", ARGV[1], "fault", ARGV[2])
return { "ok" }
