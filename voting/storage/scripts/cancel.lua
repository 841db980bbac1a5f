#!lua
-- Any state before published → cancelled: nothing can be cast or counted any more, the sealed trustee key is destroyed.
-- KEYS  1 session  2 held  3 boxes
-- ARGV  none
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
redis.call("HLEN", KEYS[3]) -- boxes of a wrong type stop the script while nothing has changed
if not state then
  return { "unknown-session" }
end
if state == "published" or state == "cancelled" then
  return { "state", state }
end
redis.call("HSET", KEYS[1], "state", "cancelled")
redis.call("HDEL", KEYS[3], "trustee")
redis.call("DEL", KEYS[2])
return { "ok" }
