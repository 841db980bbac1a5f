#!lua
-- Replace the document of a draft that nobody changed in between; slips made for the earlier one become worthless.
-- On "restart" the next round of the key ceremony begins: nothing of the former one is kept.
-- KEYS  1 session  2 held  3 tellers  4 ceremony  5 pool
-- ARGV  1 document  2 the version that was read  3 "restart" or ""  4… indices of tellers whose links and devices end
-- Returns  {"ok", new version} | {"unknown-session"} | {"state", state} | {"changed"}
local state, version = unpack(redis.call("HMGET", KEYS[1], "state", "version"))
-- Every key is read before the first write: a key of a wrong type stops the script while nothing has changed.
local fields = redis.call("HKEYS", KEYS[3])
local round = tonumber(redis.call("HGET", KEYS[4], "round") or 1) + 1
if not state then
  return { "unknown-session" }
end
if state ~= "draft" then
  return { "state", state }
end
if version ~= ARGV[2] then
  return { "changed" }
end
redis.call("HSET", KEYS[1], "document", ARGV[1])
redis.call("DEL", KEYS[2], KEYS[5])
for i = 4, #ARGV do
  redis.call("HDEL", KEYS[3], "link:" .. ARGV[i], "device:" .. ARGV[i])
end
if ARGV[3] == "restart" then
  for _, field in ipairs(fields) do
    if string.sub(field, 1, 4) == "box:" then
      redis.call("HDEL", KEYS[3], field)
    end
  end
  redis.call("DEL", KEYS[4])
  redis.call("HSET", KEYS[4], "round", round)
end
return { "ok", redis.call("HINCRBY", KEYS[1], "version", 1) }
