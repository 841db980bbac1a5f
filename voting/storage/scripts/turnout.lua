#!lua flags=no-writes
-- Give the figures of one session as they stand at one moment.
-- KEYS  1 session  2 credentials  3 trackers  4 board
-- ARGV  none
-- Returns  {"ok", state, codes, void codes, ballots, records} | {"unknown-session"}
local state, void = unpack(redis.call("HMGET", KEYS[1], "state", "void"))
if not state then
  return { "unknown-session" }
end
return {
  "ok",
  state,
  redis.call("HLEN", KEYS[2]),
  tonumber(void or 0) or -1,
  redis.call("HLEN", KEYS[3]),
  redis.call("LLEN", KEYS[4]),
}
