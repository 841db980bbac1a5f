#!lua
-- Bind the device that opened the link of the desk.
-- KEYS  1 session  2 handing
-- ARGV  1 hash of the link  2 hash of the device's secret
-- Returns  {"ok"} | {"again"} | {"unknown-session"} | {"state", state} | {"unknown-desk"} | {"taken"}
local state = redis.call("HGET", KEYS[1], "state")
local link, device = unpack(redis.call("HMGET", KEYS[2], "desk:link", "desk:device"))
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "ready" and state ~= "open" then
  return { "state", state }
end
if link ~= ARGV[1] then
  return { "unknown-desk" }
end
if device == ARGV[2] then
  return { "again" }
end
if device then
  return { "taken" }
end
redis.call("HSET", KEYS[2], "desk:device", ARGV[2])
return { "ok" }
