#!lua
-- Delete everything of a session that is over or a draft; only the list of sessions still has its entry.
-- KEYS  1 session  2… all other keys of the session
-- ARGV  none
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "published" and state ~= "cancelled" then
  return { "state", state }
end
for i = 1, #KEYS do
  redis.call("DEL", KEYS[i])
end
return { "ok" }
