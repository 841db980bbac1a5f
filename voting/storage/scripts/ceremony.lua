#!lua flags=no-writes
-- Give a session and what is kept of its tellers as they stand at one moment; of decryptions only that they are there.
-- KEYS  1 session  2 tellers  3 ceremony
-- ARGV  the fields of the session that are wanted
-- Returns  {"ok", {value…}, {field, value, …} of tellers, {field, value, …} of ceremony} | {"unknown-session"}
if redis.call("EXISTS", KEYS[1]) == 0 then
  return { "unknown-session" }
end
local tellers = redis.call("HGETALL", KEYS[2])
for i = 1, #tellers, 2 do
  if string.sub(tellers[i], 1, 11) == "decryption:" then
    tellers[i + 1] = ""
  end
end
return { "ok", redis.call("HMGET", KEYS[1], unpack(ARGV)), tellers, redis.call("HGETALL", KEYS[3]) }
