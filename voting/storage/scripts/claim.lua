#!lua
-- Bind a device to the teller whose link it opened. A device is that of one teller.
-- KEYS  1 session  2 tellers
-- ARGV  1 hash of the link  2 hash of the device's secret  3 the most tellers there can be
-- Returns  {"ok", index} | {"again", index} | {"unknown-session"} | {"state", state} | {"unknown-link"} | {"taken"}
local state = redis.call("HGET", KEYS[1], "state")
local found, elsewhere
for i = 1, tonumber(ARGV[3]) do
  local link, device = unpack(redis.call("HMGET", KEYS[2], "link:" .. i, "device:" .. i))
  if link == ARGV[1] then
    found = { i, device }
  elseif device == ARGV[2] then
    elsewhere = true
  end
end
if not state then
  return { "unknown-session" }
end
if state ~= "draft" and state ~= "ready" and state ~= "open" and state ~= "closed" then
  return { "state", state }
end
if not found then
  return { "unknown-link" }
end
local index, device = unpack(found)
if device == ARGV[2] then
  return { "again", index }
end
if device or elsewhere then
  return { "taken" }
end
redis.call("HSET", KEYS[2], "device:" .. index, ARGV[2])
return { "ok", index }
