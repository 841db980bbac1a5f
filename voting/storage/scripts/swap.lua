#!lua
-- Keep a text of the chairs' in place of the one that was read.
-- KEYS  1 hash of such texts
-- ARGV  1 its identifier  2 the text that was read, "" = none  3 the new text, "" = delete
-- Returns  {"ok"} | {"changed"}
if (redis.call("HGET", KEYS[1], ARGV[1]) or "") ~= ARGV[2] then
  return { "changed" }
end
if ARGV[3] == "" then
  redis.call("HDEL", KEYS[1], ARGV[1])
else
  redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
end
return { "ok" }
