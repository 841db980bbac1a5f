#!lua flags=no-writes
-- Give who is on the roster, and who has claimed, as it stands at one moment.
-- KEYS  1 session  2 roster
-- ARGV  none
-- Returns  {"ok", state, {field, value, …}} | {"unknown-session"}
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return { "unknown-session" }
end
return { "ok", state, redis.call("HGETALL", KEYS[2]) }
