#!lua
-- Keep the first decryption of a teller, after the close and before the count.
-- KEYS  1 session  2 tellers
-- ARGV  1 index  2 hash of the device's secret  3 decryption
-- Returns  {"ok", decryptions} | {"again", decryptions} when one stands there | {"unknown-session"} | {"state", state}
--          | {"unknown-device"}
local state = redis.call("HGET", KEYS[1], "state")
local field, present, there = "decryption:" .. ARGV[1], 0, false
for _, name in ipairs(redis.call("HKEYS", KEYS[2])) do
  if string.sub(name, 1, 11) == "decryption:" then
    present = present + 1
    there = there or name == field
  end
end
if not state then
  return { "unknown-session" }
end
if state ~= "closed" then
  return { "state", state }
end
if redis.call("HGET", KEYS[2], "device:" .. ARGV[1]) ~= ARGV[2] then
  return { "unknown-device" }
end
if there then
  return { "again", present }
end
redis.call("HSET", KEYS[2], field, ARGV[3])
return { "ok", present + 1 }
