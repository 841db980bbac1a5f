#!lua
-- Keep the link of the desk in place of an earlier one, whose device is let go.
-- KEYS  1 session  2 handing
-- ARGV  1 hash of the link
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
redis.call("HLEN", KEYS[2]) -- a key of a wrong type stops the script while nothing has changed
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "ready" and state ~= "open" then
  return { "state", state }
end
redis.call("HSET", KEYS[2], "desk:link", ARGV[1])
redis.call("HDEL", KEYS[2], "desk:device")
return { "ok" }
