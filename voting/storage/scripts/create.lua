#!lua
-- Put a new draft into the store.
-- KEYS  1 session
-- ARGV  1 document
-- Returns  {"ok"} | {"changed"} when the identifier is taken
if redis.call("EXISTS", KEYS[1]) == 1 then
  return { "changed" }
end
redis.call("HSET", KEYS[1], "document", ARGV[1], "version", 0, "state", "draft", "void", 0)
return { "ok" }
