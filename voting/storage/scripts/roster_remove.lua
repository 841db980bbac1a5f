#!lua
-- Take somebody off the roster who has not claimed; the link ends.
-- KEYS  1 session  2 roster  3 claim links
-- ARGV  1 attendee
-- Returns  {"ok"} | {"unknown-session"} | {"state", state} | {"unknown-claim"} | {"claimed"}
local state = redis.call("HGET", KEYS[1], "state")
local link, claim = unpack(redis.call("HMGET", KEYS[2], "link:" .. ARGV[1], "claim:" .. ARGV[1]))
redis.call("HLEN", KEYS[3]) -- a key of a wrong type stops the script while nothing has changed
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "ready" and state ~= "open" then
  return { "state", state }
end
if not claim then
  return { "unknown-claim" }
end
if claim ~= "" then
  return { "claimed" }
end
redis.call("HDEL", KEYS[2], "person:" .. ARGV[1], "link:" .. ARGV[1], "claim:" .. ARGV[1])
redis.call("HDEL", KEYS[3], link)
return { "ok" }
