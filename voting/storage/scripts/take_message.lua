#!lua
-- Keep a teller's message of the key ceremony when its step has come. With the last key all parcels are deleted.
-- KEYS  1 session  2 tellers  3 ceremony
-- ARGV  1 index  2 hash of the device's secret  3 round  4 step  5 the step before, "" at the first
--       6 number of tellers  7 message  8 parcels of a "reveal", box of a "key", else ""
--       9 how many messages of the step may be there, "" any  10 "last" when the parcels may be deleted, else ""
-- Returns  {"ok"} | {"again"} when the same stands there | {"unknown-session"} | {"state", state}
--          | {"unknown-device"} | {"changed"} | {"stopped"}
local state = redis.call("HGET", KEYS[1], "state")
local round, fault = unpack(redis.call("HMGET", KEYS[3], "round", "fault"))
local private = redis.call("HGET", KEYS[2], "box:" .. ARGV[1])
if ARGV[4] ~= "key" then
  private = redis.call("HGET", KEYS[3], "parcels:" .. ARGV[1])
end
local there = redis.call("HGET", KEYS[3], ARGV[4] .. ":" .. ARGV[1])
local size = tonumber(ARGV[6])
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
if redis.call("HGET", KEYS[2], "device:" .. ARGV[1]) ~= ARGV[2] then
  return { "unknown-device" }
end
if (round or "1") ~= ARGV[3] then
  return { "changed" }
end
if there then
  -- Parcels that are gone can no longer differ.
  if there == ARGV[7] and (ARGV[8] == "" or not private or private == ARGV[8]) then
    return { "again" }
  end
  return { "changed" }
end
if fault then
  return { "stopped" }
end
if (ARGV[5] ~= "" and count(ARGV[5]) < size) or (ARGV[9] ~= "" and count(ARGV[4]) ~= tonumber(ARGV[9])) then
  return { "changed" }
end
local last = ARGV[4] == "key" and count("key") == size - 1
if last and ARGV[10] ~= "last" then
  -- What is destroyed must be owed a rewrite first: it has to be sent again.
  return { "changed" }
end
redis.call("HSET", KEYS[3], "round", ARGV[3], ARGV[4] .. ":" .. ARGV[1], ARGV[7])
if ARGV[4] == "reveal" then
  redis.call("HSET", KEYS[3], "parcels:" .. ARGV[1], ARGV[8])
elseif ARGV[4] == "key" then
  redis.call("HSET", KEYS[2], "box:" .. ARGV[1], ARGV[8])
end
if last then
  for i = 1, size do
    redis.call("HDEL", KEYS[3], "parcels:" .. i)
  end
end
return { "ok" }
