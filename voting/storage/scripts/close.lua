#!lua
-- Open → closed: EndBallots stands on the board, and no ballot can follow it. Codes that nobody got are destroyed.
-- KEYS  1 session  2 board  3 pool
-- ARGV  1 EndBallots record  2 time
-- Returns  {"ok"} | {"again"} when it was closed before | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
redis.call("LLEN", KEYS[2]) -- a board of a wrong type stops the script while nothing has changed
if not state then
  return { "unknown-session" }
end
if state == "closed" or state == "counted" or state == "published" then
  return { "again" }
end
if state ~= "open" then
  return { "state", state }
end
redis.call("HSET", KEYS[1], "state", "closed", "closed_at", ARGV[2])
redis.call("RPUSH", KEYS[2], ARGV[1])
redis.call("DEL", KEYS[3])
return { "ok" }
