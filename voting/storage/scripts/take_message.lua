#!lua
-- Keep a teller's message of the key ceremony when its step has come. With the last key all parcels are deleted.
-- KEYS  1 session  2 tellers  3 ceremony
-- ARGV  1 index  2 round  3 step  4 the step before, "" at the first  5 number of tellers  6 message
--       7 parcels of a "reveal", box of a "key", else ""  8 how many messages of the step may be there, "" any
--       9 "last" when the parcels may be deleted, else ""
-- Returns  {"ok"} | {"again"} when the same stands there | {"unknown-session"} | {"state", state} | {"changed"}
--          | {"stopped"}
local state = redis.call("HGET", KEYS[1], "state")
local round, fault = unpack(redis.call("HMGET", KEYS[3], "round", "fault"))
local private = redis.call("HGET", KEYS[2], "box:" .. ARGV[1])
if ARGV[3] ~= "key" then
  private = redis.call("HGET", KEYS[3], "parcels:" .. ARGV[1])
end
local there = redis.call("HGET", KEYS[3], ARGV[3] .. ":" .. ARGV[1])
local size = tonumber(ARGV[5])
local function count(step)
  local found = 0
  for i = 1, size do
    found = found + redis.call("HEXISTS", KEYS[3], step .. ":" .. i)
  end
  return found
end
if not state then
  return { "unknown-session" }
end
if state ~= "draft" then
  return { "state", state }
end
if (round or "1") ~= ARGV[2] then
  return { "changed" }
end
if there then
  -- Parcels that are gone can no longer differ.
  if there == ARGV[6] and (ARGV[7] == "" or not private or private == ARGV[7]) then
    return { "again" }
  end
  return { "changed" }
end
if fault then
  return { "stopped" }
end
if (ARGV[4] ~= "" and count(ARGV[4]) < size) or (ARGV[8] ~= "" and count(ARGV[3]) ~= tonumber(ARGV[8])) then
  return { "changed" }
end
local last = ARGV[3] == "key" and count("key") == size - 1
if last and ARGV[9] ~= "last" then
  -- What is destroyed must be owed a rewrite first: it has to be sent again.
  return { "changed" }
end
redis.call("HSET", KEYS[3], "round", ARGV[2], ARGV[3] .. ":" .. ARGV[1], ARGV[6])
if ARGV[3] == "reveal" then
  redis.call("HSET", KEYS[3], "parcels:" .. ARGV[1], ARGV[7])
elseif ARGV[3] == "key" then
  redis.call("HSET", KEYS[2], "box:" .. ARGV[1], ARGV[7])
end
if last then
  for i = 1, size do
    redis.call("HDEL", KEYS[3], "parcels:" .. i)
  end
end
return { "ok" }
