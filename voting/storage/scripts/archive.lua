#!lua
-- Put a session that is over away from the chair's list, or take it back; nothing of it is deleted here.
-- KEYS  1 session
-- ARGV  1 time, 0 = take back  2 days after which what only the meeting needed is deleted, 0 = never
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return { "unknown-session" }
end
if state ~= "published" and state ~= "cancelled" then
  return { "state", state }
end
if ARGV[1] == "0" then
  redis.call("HDEL", KEYS[1], "archived_at", "keep_days")
else
  redis.call("HSET", KEYS[1], "archived_at", ARGV[1], "keep_days", ARGV[2])
end
return { "ok" }
