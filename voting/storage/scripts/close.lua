#!lua
-- Open → closed: EndBallots stands on the board, and no ballot can follow it. Codes that nobody got are destroyed and
-- counted, and of the claims all but who made one goes: links, what was blinded, the pass key, the codes of passes.
-- KEYS  1 session  2 board  3 pool  4 boxes  5 roster  6 claim links  7 passes  8 handing
-- ARGV  1 EndBallots record  2 time  3 the announced end at which the service closes it, "" when the chair does
-- Returns  {"ok"} | {"again"} when it was closed before | {"unknown-session"} | {"state", state}
--          | {"changed"} when another end was announced meanwhile, or none
local state, announced, itself = unpack(redis.call("HMGET", KEYS[1], "state", "closes_at", "closes_itself"))
redis.call("LLEN", KEYS[2]) -- keys of a wrong type stop the script while nothing has changed
redis.call("HLEN", KEYS[4])
redis.call("HLEN", KEYS[8])
local left = redis.call("SCARD", KEYS[3])
local roster = redis.call("HGETALL", KEYS[5])
if not state then
  return { "unknown-session" }
end
if state == "closed" or state == "counted" or state == "published" then
  return { "again" }
end
if state ~= "open" then
  return { "state", state }
end
if ARGV[3] ~= "" and (announced ~= ARGV[3] or itself ~= "1") then
  return { "changed" }
end
redis.call("HSET", KEYS[1], "state", "closed", "closed_at", ARGV[2])
redis.call("RPUSH", KEYS[2], ARGV[1])
redis.call("HDEL", KEYS[4], "pass")
redis.call("HSET", KEYS[8], "destroyed", left)
for i = 1, #roster, 2 do
  local kind = string.match(roster[i], "^(%a+):")
  if kind == "link" then
    redis.call("HSET", KEYS[5], roster[i], "")
  elseif kind == "claim" and roster[i + 1] ~= "" then
    redis.call("HSET", KEYS[5], roster[i], "yes")
  end
end
redis.call("DEL", KEYS[3], KEYS[6], KEYS[7])
return { "ok" }
