#!lua
-- Declare void a code that the desk showed and nobody took, and count it among those.
-- KEYS  1 session  2 credentials  3 handing
-- ARGV  1 credential  2 hash of the desk's secret
-- Returns  {"ok"} | {"unknown-session"} | {"unknown-desk"} | {"state", state} | {"unknown-code"} | {"used"} | {"void"}
local state, void = unpack(redis.call("HMGET", KEYS[1], "state", "void"))
local status = redis.call("HGET", KEYS[2], ARGV[1])
local desk, untaken = unpack(redis.call("HMGET", KEYS[3], "desk:device", "untaken"))
-- These stop the script, while nothing has changed, on a count that is no number.
local voided = tonumber(void or 0) + 1
local count = tonumber(untaken or 0) + 1
if not state then
  return { "unknown-session" }
end
if desk ~= ARGV[2] then
  return { "unknown-desk" }
end
if state ~= "ready" and state ~= "open" then
  return { "state", state }
end
if not status then
  return { "unknown-code" }
end
if status ~= "unused" then
  return { status }
end
redis.call("HSET", KEYS[1], "void", voided)
redis.call("HSET", KEYS[2], ARGV[1], "void")
redis.call("HSET", KEYS[3], "untaken", count)
return { "ok" }
