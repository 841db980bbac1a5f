#!lua
-- Add people to the roster that was read. All their fields are made at once, so that none tells by its place when it came.
-- KEYS  1 session  2 roster
-- ARGV  1 number of the last attendee that was read  2… people as JSON
-- Returns  {"ok", number of the new last attendee} | {"unknown-session"} | {"state", state} | {"changed"}
local state = redis.call("HGET", KEYS[1], "state")
local last = redis.call("HGET", KEYS[2], "last") or "0"
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "ready" and state ~= "open" then
  return { "state", state }
end
if last ~= ARGV[1] then
  return { "changed" }
end
for i = 2, #ARGV do
  last = last + 1
  redis.call("HSET", KEYS[2], "last", last, "person:" .. last, ARGV[i], "link:" .. last, "", "claim:" .. last, "")
end
return { "ok", tonumber(last) }
