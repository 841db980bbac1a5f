#!lua
-- Exchange a slip: void the code that was brought back, draw a new one when none is on paper, and note both; or nothing.
-- KEYS  1 session  2 credentials  3 pool  4 handing
-- ARGV  1 credential of the old code, empty when nobody knows it  2 "pool" | "slip": where the new one comes from
--       3 what is noted (JSON)  4 how many exchanges the page knew of: of a slip whose code nobody knows, nothing else
--       tells a second tap from another slip. A code at hand does: it is void then.
-- Returns  {"ok", box or "", boxes left} | {"unknown-session"} | {"state", state} | {"changed"} | {"unknown-code"} | {"used"}
--          | {"void"} | {"empty"}
local state, void = unpack(redis.call("HMGET", KEYS[1], "state", "void"))
local status = redis.call("HGET", KEYS[2], ARGV[1])
local left = redis.call("SCARD", KEYS[3])
local exchanges, drawn = unpack(redis.call("HMGET", KEYS[4], "exchanges", "drawn:exchange"))
-- These stop the script, while nothing has changed, on a count that is no number.
local voided = tonumber(void or 0) + 1
local number = tonumber(exchanges or 0) + 1
local count = tonumber(drawn or 0) + 1
if not state then
  return { "unknown-session" }
end
if state ~= "ready" and state ~= "open" then
  return { "state", state }
end
if ARGV[1] == "" and (exchanges or "0") ~= ARGV[4] then
  return { "changed" }
end
if ARGV[1] ~= "" and not status then
  return { "unknown-code" }
end
if ARGV[1] ~= "" and status ~= "unused" then
  return { status }
end
if ARGV[2] == "pool" and left == 0 then
  return { "empty" }
end
redis.call("HSET", KEYS[4], "exchanges", number, "exchange:" .. number, ARGV[3])
if ARGV[1] ~= "" then
  redis.call("HSET", KEYS[1], "void", voided)
  redis.call("HSET", KEYS[2], ARGV[1], "void")
end
if ARGV[2] ~= "pool" then
  return { "ok", "", left }
end
redis.call("HSET", KEYS[4], "drawn:exchange", count)
return { "ok", redis.call("SPOP", KEYS[3]), left - 1 }
