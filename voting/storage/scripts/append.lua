#!lua
-- Append records at one exact height and move to a state; destroy the sealed trustee key when told to,
-- and with it all that the tellers needed.
-- KEYS  1 session  2 board  3 boxes  4 tellers
-- ARGV  1 height  2 state  3 state to move to  4 "forget" or ""  5… records
-- Returns  {"ok"} | {"again"} when these records already stand there | {"unknown-session"} | {"state", state} | {"changed"}
local state = redis.call("HGET", KEYS[1], "state")
local length = redis.call("LLEN", KEYS[2])
redis.call("HLEN", KEYS[3]) -- keys of a wrong type stop the script while nothing has changed
redis.call("HLEN", KEYS[4])
local height, count = tonumber(ARGV[1]), #ARGV - 4
if not state then
  return { "unknown-session" }
end
if count > 0 and length >= height + count then
  local there = redis.call("LRANGE", KEYS[2], height, height + count - 1)
  for i = 1, count do
    if there[i] ~= ARGV[4 + i] then
      return { "changed" }
    end
  end
  return { "again" }
end
if state ~= ARGV[2] then
  return { "state", state }
end
if length ~= height then
  return { "changed" }
end
for i = 5, #ARGV do
  redis.call("RPUSH", KEYS[2], ARGV[i])
end
redis.call("HSET", KEYS[1], "state", ARGV[3])
if ARGV[4] == "forget" then
  redis.call("HDEL", KEYS[3], "trustee")
  redis.call("DEL", KEYS[4])
end
return { "ok" }
