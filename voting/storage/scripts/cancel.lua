#!lua
-- Any state before published → cancelled: nothing can be cast or counted any more, the sealed trustee key is destroyed
-- and what the tellers left here.
-- KEYS  1 session  2 held  3 boxes  4 tellers  5 ceremony  6 pool
-- ARGV  none
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
redis.call("HLEN", KEYS[3]) -- keys of a wrong type stop the script while nothing has changed
redis.call("HLEN", KEYS[4])
redis.call("HLEN", KEYS[5])
if not state then
  return { "unknown-session" }
end
if state == "published" or state == "cancelled" then
  return { "state", state }
end
redis.call("HSET", KEYS[1], "state", "cancelled")
redis.call("HDEL", KEYS[3], "trustee")
redis.call("DEL", KEYS[2], KEYS[4], KEYS[5], KEYS[6])
return { "ok" }
