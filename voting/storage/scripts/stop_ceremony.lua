#!lua
-- Stop a round of the key ceremony with its first fault; a later one changes nothing.
-- KEYS  1 session  2 tellers  3 ceremony
-- ARGV  1 index of the teller who says it  2 hash of the device's secret  3 round  4 fault
-- Returns  {"ok"} | {"again"} | {"unknown-session"} | {"state", state} | {"unknown-device"} | {"changed"}
local state = redis.call("HGET", KEYS[1], "state")
local round, fault = unpack(redis.call("HMGET", KEYS[3], "round", "fault"))
local device = redis.call("HGET", KEYS[2], "device:" .. ARGV[1])
if not state then
  return { "unknown-session" }
end
if state ~= "draft" then
  return { "state", state }
end
if device ~= ARGV[2] then
  return { "unknown-device" }
end
if (round or "1") ~= ARGV[3] then
  return { "changed" }
end
if fault then
  return { "again" }
end
redis.call("HSET", KEYS[3], "round", ARGV[3], "fault", ARGV[4])
return { "ok" }
