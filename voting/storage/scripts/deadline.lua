#!lua
-- Announce when an open vote ends, or take that back. It may be put off, and brought forward only with more notice.
-- KEYS  1 session
-- ARGV  1 now  2 the end, 0 = none  3 "1" when the service closes the vote then, "0" when the chair does
--       4 seconds that must be left to it  5 the same when an end that was announced is brought forward
-- Returns  {"ok"} | {"unknown-session"} | {"state", state} | {"too-soon", seconds that must be left}
local state, before = unpack(redis.call("HMGET", KEYS[1], "state", "closes_at"))
if not state then
  return { "unknown-session" }
end
if state ~= "open" then
  return { "state", state }
end
if ARGV[2] == "0" then
  redis.call("HDEL", KEYS[1], "closes_at", "closes_itself")
  return { "ok" }
end
local now, at, announced = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(before or 0)
local notice = announced > now and at < announced and ARGV[5] or ARGV[4]
if at - now < tonumber(notice) then
  return { "too-soon", notice }
end
redis.call("HSET", KEYS[1], "closes_at", ARGV[2], "closes_itself", ARGV[3])
return { "ok" }
