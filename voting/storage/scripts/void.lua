#!lua
-- Declare an unused code void, before or while ballots are taken.
-- KEYS  1 session  2 credentials  3 handing
-- ARGV  1 credential  2 "found" when it had been noted as lost: then it is counted among those
-- Returns  {"ok"} | {"unknown-session"} | {"state", state} | {"unknown-code"} | {"used"} | {"void"}
local state, void = unpack(redis.call("HMGET", KEYS[1], "state", "void"))
local status = redis.call("HGET", KEYS[2], ARGV[1])
local found = redis.call("HGET", KEYS[3], "found")
-- These stop the script, while nothing has changed, on a count that is no number.
local voided = tonumber(void or 0) + 1
local count = tonumber(found or 0) + 1
if not state then
  return { "unknown-session" }
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
if ARGV[2] == "found" then
  redis.call("HSET", KEYS[3], "found", count)
end
return { "ok" }
