#!lua
-- Give a random code of the pool for a token, and the same one again to the phone that sends the same again.
-- KEYS  1 session  2 pool  3 passes  4 handing
-- ARGV  1 hash of the token
-- Returns  {"ok", box} | {"again", box} | {"unknown-session"} | {"state", state} | {"empty"}
local state = redis.call("HGET", KEYS[1], "state")
-- Every key is read before the first write: a key of a wrong type stops the script while nothing has changed.
local left = redis.call("SCARD", KEYS[2])
local given = redis.call("HGET", KEYS[3], ARGV[1])
local count = redis.call("HGET", KEYS[4], "drawn:claims") or 0
if not state then
  return { "unknown-session" }
end
if state ~= "open" then
  return { "state", state }
end
if given then
  return { "again", given }
end
if left == 0 then
  return { "empty" }
end
redis.call("HSET", KEYS[4], "drawn:claims", count + 1) -- first, because it alone can still fail: on what is no number
local box = redis.call("SPOP", KEYS[2])
redis.call("HSET", KEYS[3], ARGV[1], box)
return { "ok", box }
