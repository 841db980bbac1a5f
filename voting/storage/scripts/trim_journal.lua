#!lua
-- Delete the oldest entries of the journal, and write down in it that this was done.
-- KEYS  1 journal
-- ARGV  1 how many, from 1  2 the last of them as it was read  3 journal entry
-- Returns  {"ok"} | {"changed"}
local count = tonumber(ARGV[1])
if redis.call("LINDEX", KEYS[1], count - 1) ~= ARGV[2] then
  return { "changed" }
end
redis.call("LTRIM", KEYS[1], count, -1)
redis.call("RPUSH", KEYS[1], ARGV[3])
return { "ok" }
