#!lua
-- Note that the attendee of a link has claimed: once, and again for the phone that sends the same again.
-- KEYS  1 session  2 roster  3 claim links
-- ARGV  1 hash of the link  2 hash of what was blinded
-- Returns  {"ok"} | {"again"} | {"unknown-session"} | {"state", state} | {"unknown-claim"} | {"claimed"} by another phone
local state = redis.call("HGET", KEYS[1], "state")
local attendee = redis.call("HGET", KEYS[3], ARGV[1])
local claim = redis.call("HGET", KEYS[2], "claim:" .. (attendee or ""))
if not state then
  return { "unknown-session" }
end
if state ~= "ready" and state ~= "open" then
  return { "state", state }
end
if not claim then
  return { "unknown-claim" }
end
if claim == ARGV[2] then
  return { "again" }
end
if claim ~= "" then
  return { "claimed" }
end
redis.call("HSET", KEYS[2], "claim:" .. attendee, ARGV[2])
return { "ok" }
