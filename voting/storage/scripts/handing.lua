#!lua flags=no-writes
-- Give how the codes of a session were handed out, with its figures, as they stand at one moment.
-- KEYS  1 session  2 credentials  3 trackers  4 pool  5 handing
-- ARGV  none
-- Returns  {"ok", state, codes, void codes, ballots, boxes in the pool, {field, value, …}} | {"unknown-session"}
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
  redis.call("SCARD", KEYS[4]),
  redis.call("HGETALL", KEYS[5]),
}
