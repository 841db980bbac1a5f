#!lua
-- Replace the document of a draft that nobody changed in between; slips made for the earlier one become worthless.
-- KEYS  1 session  2 held
-- ARGV  1 document  2 the version that was read
-- Returns  {"ok", new version} | {"unknown-session"} | {"state", state} | {"changed"}
local state, version = unpack(redis.call("HMGET", KEYS[1], "state", "version"))
if not state then
  return { "unknown-session" }
end
if state ~= "draft" then
  return { "state", state }
end
if version ~= ARGV[2] then
  return { "changed" }
end
redis.call("HSET", KEYS[1], "document", ARGV[1])
redis.call("DEL", KEYS[2])
return { "ok", redis.call("HINCRBY", KEYS[1], "version", 1) }
