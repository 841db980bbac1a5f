#!lua
-- Delete of a session that is over what only the meeting needed: keys, links, lists of people.
-- KEYS  1 session  2 handing  3… keys to delete
-- ARGV  1 time  2 the archiving and 3 the days after it that make it due; "" when the chair asks for it now
-- Returns  {"ok"} | {"unknown-session"} | {"state", state} | {"changed"} when it is no longer due
local state, archived, days = unpack(redis.call("HMGET", KEYS[1], "state", "archived_at", "keep_days"))
redis.call("HLEN", KEYS[2]) -- a key of a wrong type stops the script while nothing has changed
if not state then
  return { "unknown-session" }
end
if state ~= "published" and state ~= "cancelled" then
  return { "state", state }
end
if ARGV[2] ~= "" and (archived ~= ARGV[2] or days ~= ARGV[3]) then
  return { "changed" }
end
redis.call("HSET", KEYS[1], "reduced_at", ARGV[1])
redis.call("HDEL", KEYS[2], "desk:link", "desk:device")
for i = 3, #KEYS do
  redis.call("DEL", KEYS[i])
end
return { "ok" }
