#!lua
-- Keep the hash of a teller's link in place of an earlier one; the device that had opened that one is let go.
-- KEYS  1 session  2 tellers
-- ARGV  1 index  2 hash of the link
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
redis.call("HLEN", KEYS[2]) -- a key of a wrong type stops the script while nothing has changed
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "ready" and state ~= "open" and state ~= "closed" then
  return { "state", state }
end
redis.call("HSET", KEYS[2], "link:" .. ARGV[1], ARGV[2])
redis.call("HDEL", KEYS[2], "device:" .. ARGV[1])
return { "ok" }
