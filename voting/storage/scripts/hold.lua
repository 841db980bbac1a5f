#!lua
-- Keep the public credentials of slips that were shown, and the sealed codes that are not printed, in place of earlier ones.
-- KEYS  1 session  2 held  3 pool
-- ARGV  1 the version of the draft that the slips were made for  2 number of sealed codes  3… these, then the credentials
-- Returns  {"ok"} | {"unknown-session"} | {"state", state} | {"changed"}
local state, version = unpack(redis.call("HMGET", KEYS[1], "state", "version"))
if not state then
  return { "unknown-session" }
end
if state ~= "draft" then
  return { "state", state }
end
if version ~= ARGV[1] then
  return { "changed" }
end
redis.call("DEL", KEYS[2], KEYS[3])
-- One by one: thousands of arguments at once overflow Lua's stack.
for i = 3, #ARGV do
  redis.call("SADD", i - 2 <= tonumber(ARGV[2]) and KEYS[3] or KEYS[2], ARGV[i])
end
return { "ok" }
