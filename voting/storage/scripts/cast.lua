#!lua
-- Append a ballot and spend its credential. The same ballot again finds its place again, in every state.
-- KEYS  1 session  2 credentials  3 trackers  4 board
-- ARGV  1 credential  2 tracker  3 Ballot record
-- Returns  {"ok", height} | {"again", height} | {"unknown-session"} | {"state", state}
--          | {"unknown-code"} | {"void"} | {"used"}
-- Every key is read before the first write: a key of a wrong type stops the script while nothing has changed.
local state = redis.call("HGET", KEYS[1], "state")
local status = redis.call("HGET", KEYS[2], ARGV[1])
local place = redis.call("HGET", KEYS[3], ARGV[2])
local height = redis.call("LLEN", KEYS[4])
if not state then
  return { "unknown-session" }
end
if place then
  return { "again", tonumber(place) }
end
if state ~= "open" then
  return { "state", state }
end
if not status then
  return { "unknown-code" }
end
if status ~= "unused" then
  return { status }
end
redis.call("HSET", KEYS[2], ARGV[1], "used")
redis.call("HSET", KEYS[3], ARGV[2], height)
redis.call("RPUSH", KEYS[4], ARGV[3])
return { "ok", height }
