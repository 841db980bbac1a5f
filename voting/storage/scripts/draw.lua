#!lua
-- Take a random sealed code out of the pool and count in which way it was handed out. Nothing says which one it was.
-- KEYS  1 session  2 pool  3 handing
-- ARGV  1 way  2 hash of the desk's secret, empty when it is not the desk that draws
-- Returns  {"ok", box, boxes left} | {"unknown-session"} | {"state", state} | {"unknown-desk"} | {"empty"}
local state = redis.call("HGET", KEYS[1], "state")
local left = redis.call("SCARD", KEYS[2])
local desk, drawn = unpack(redis.call("HMGET", KEYS[3], "desk:device", "drawn:" .. ARGV[1]))
local count = tonumber(drawn or 0) + 1 -- stops the script, while nothing has changed, on a count that is no number
if not state then
  return { "unknown-session" }
end
if ARGV[2] ~= "" and desk ~= ARGV[2] then
  return { "unknown-desk" }
end
if state ~= "ready" and state ~= "open" then
  return { "state", state }
end
if left == 0 then
  return { "empty" }
end
redis.call("HSET", KEYS[3], "drawn:" .. ARGV[1], count)
return { "ok", redis.call("SPOP", KEYS[2]), left - 1 }
