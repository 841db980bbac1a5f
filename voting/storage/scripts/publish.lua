#!lua
-- Counted → published: the result and the whole archive become public.
-- KEYS  1 session
-- ARGV  1 time
-- Returns  {"ok"} | {"unknown-session"} | {"state", state}
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return { "unknown-session" }
end
if state ~= "counted" then
  return { "state", state }
end
redis.call("HSET", KEYS[1], "state", "published", "published_at", ARGV[1])
return { "ok" }
