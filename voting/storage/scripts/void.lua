#!lua
-- Declare an unused code void, before or while ballots are taken.
-- KEYS  1 session  2 credentials
-- ARGV  1 credential
-- Returns  {"ok"} | {"unknown-session"} | {"state", state} | {"unknown-code"} | {"used"} | {"void"}
local state = redis.call("HGET", KEYS[1], "state")
local status = redis.call("HGET", KEYS[2], ARGV[1])
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
redis.call("HINCRBY", KEYS[1], "void", 1) -- first, because it alone can still fail: on a count that is no number
redis.call("HSET", KEYS[2], ARGV[1], "void")
return { "ok" }
