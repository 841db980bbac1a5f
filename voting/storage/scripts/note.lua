#!lua
-- Keep a note of the chair in place of the version that was read.
-- KEYS  1 session  2 notes
-- ARGV  1 kind  2 the version that was read, 0 = none  3 JSON  4 "late" to mark it, which nothing takes back
--       5… states in which it may be written
-- Returns  {"ok", new version} | {"unknown-session"} | {"state", state} | {"changed"}
local state = redis.call("HGET", KEYS[1], "state")
local version = redis.call("HGET", KEYS[2], "version:" .. ARGV[1]) or "0"
if not state then
  return { "unknown-session" }
end
local allowed = false
for i = 5, #ARGV do
  allowed = allowed or state == ARGV[i]
end
if not allowed then
  return { "state", state }
end
if version ~= ARGV[2] then
  return { "changed" }
end
redis.call("HSET", KEYS[2], ARGV[1], ARGV[3])
if ARGV[4] == "late" then
  redis.call("HSET", KEYS[2], "late:" .. ARGV[1], 1)
end
return { "ok", redis.call("HINCRBY", KEYS[2], "version:" .. ARGV[1], 1) }
