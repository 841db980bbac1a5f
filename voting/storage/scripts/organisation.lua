#!lua
-- Change records of the organisation, all of them or none, and write down in the journal who did what.
-- KEYS  1 journal  2… hashes of records, each a kind
-- ARGV  1 journal entry, "" = none  2 how many kinds must be as they were read
--       then for each of these: number among KEYS, its version
--       then for each record: number among KEYS, identifier, text that was read ("" = none), new text ("" = delete)
-- Returns  {"ok"} | {"changed"}
local VERSION = "#version"
redis.call("LLEN", KEYS[1])
for i = 2, #KEYS do
  redis.call("HLEN", KEYS[i])
end
local first = 3 + 2 * tonumber(ARGV[2])
for i = 3, first - 1, 2 do
  if (redis.call("HGET", KEYS[tonumber(ARGV[i])], VERSION) or "0") ~= ARGV[i + 1] then
    return { "changed" }
  end
end
for i = first, #ARGV, 4 do
  if (redis.call("HGET", KEYS[tonumber(ARGV[i])], ARGV[i + 1]) or "") ~= ARGV[i + 2] then
    return { "changed" }
  end
end
local touched = {}
for i = first, #ARGV, 4 do
  local number = tonumber(ARGV[i])
  if ARGV[i + 3] == "" then
    redis.call("HDEL", KEYS[number], ARGV[i + 1])
  else
    redis.call("HSET", KEYS[number], ARGV[i + 1], ARGV[i + 3])
  end
  touched[number] = true
end
for number = 2, #KEYS do
  if touched[number] then
    redis.call("HINCRBY", KEYS[number], VERSION, 1)
  end
end
if ARGV[1] ~= "" then
  redis.call("RPUSH", KEYS[1], ARGV[1])
end
return { "ok" }
