#!lua
-- Keep the hashes of new claim links in place of earlier ones, but not of attendees who have claimed, or who are gone.
-- KEYS  1 session  2 roster  3 claim links
-- ARGV  1 attendee  2 hash of the link  3, 4, … further pairs
-- Returns  {"ok", {attendee, …} whose links these are} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
redis.call("HLEN", KEYS[2]) -- keys of a wrong type stop the script while nothing has changed
redis.call("HLEN", KEYS[3])
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "ready" and state ~= "open" then
  return { "state", state }
end
local made = {}
for i = 1, #ARGV, 2 do
  local link, claim = unpack(redis.call("HMGET", KEYS[2], "link:" .. ARGV[i], "claim:" .. ARGV[i]))
  if claim == "" then
    redis.call("HDEL", KEYS[3], link)
    redis.call("HSET", KEYS[3], ARGV[i + 1], ARGV[i])
    redis.call("HSET", KEYS[2], "link:" .. ARGV[i], ARGV[i + 1])
    made[#made + 1] = ARGV[i]
  end
end
return { "ok", made }
