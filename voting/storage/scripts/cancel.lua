#!lua
-- Any state before published → cancelled: nothing can be cast or counted any more, the sealed trustee key is destroyed
-- and what the tellers left here; of the claims all but who made one.
-- KEYS  1 session  2 held  3 boxes  4 tellers  5 ceremony  6 pool  7 roster  8 claim links  9 passes
-- ARGV  none
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
redis.call("HLEN", KEYS[3]) -- keys of a wrong type stop the script while nothing has changed
redis.call("HLEN", KEYS[4])
redis.call("HLEN", KEYS[5])
local roster = redis.call("HGETALL", KEYS[7])
if not state then
  return { "unknown-session" }
end
if state == "published" or state == "cancelled" then
  return { "state", state }
end
redis.call("HSET", KEYS[1], "state", "cancelled")
redis.call("HDEL", KEYS[3], "trustee", "pass")
for i = 1, #roster, 2 do
  local kind = string.match(roster[i], "^(%a+):")
  if kind == "link" then
    redis.call("HSET", KEYS[7], roster[i], "")
  elseif kind == "claim" and roster[i + 1] ~= "" then
    redis.call("HSET", KEYS[7], roster[i], "yes")
  end
end
redis.call("DEL", KEYS[2], KEYS[4], KEYS[5], KEYS[6], KEYS[8], KEYS[9])
return { "ok" }
