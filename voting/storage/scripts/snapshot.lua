#!lua flags=no-writes
-- Give what a check of the board needs, as it stands at one moment.
-- KEYS  1 session  2 credentials  3 trackers  4 board
-- ARGV  none
-- Returns  {"ok", state, void codes, records, {credential, status, …}, {tracker, height, …}} | {"unknown-session"}
local state, void = unpack(redis.call("HMGET", KEYS[1], "state", "void"))
if not state then
  return { "unknown-session" }
end
return {
  "ok",
  state,
  tonumber(void or 0) or -1,
  redis.call("LLEN", KEYS[4]),
  redis.call("HGETALL", KEYS[2]),
  redis.call("HGETALL", KEYS[3]),
}
