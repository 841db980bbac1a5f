#!lua
-- Draft → ready: the list of credentials, the Setup record and the sealed keys appear together.
-- When tellers hold the key, their round must be complete; its messages end here, the board has what stays of them.
-- The credentials must be those that are held: slips that were made again in between are not those of the Setup record.
-- KEYS  1 session  2 held  3 credentials  4 board  5 boxes  6 tellers  7 ceremony  8 pool
-- ARGV  1 document  2 the version it was read at  3 time  4 public receipt key  5 sealed trustee key
--       6 sealed receipt key  7 Setup record  8 round, 0 without tellers  9 number of tellers
--       10 number of codes in the pool  11 sealed pass key, "" without a pool  12 public pass key  13… credentials
-- Returns  {"ok"} | {"unknown-session"} | {"state", state} | {"changed"}
local state, version = unpack(redis.call("HMGET", KEYS[1], "state", "version"))
-- Every key is read before the first write: a key of a wrong type stops the script while nothing has changed.
redis.call("HLEN", KEYS[6])
local pooled = redis.call("SCARD", KEYS[8])
local round, fault = unpack(redis.call("HMGET", KEYS[7], "round", "fault"))
if not state then
  return { "unknown-session" }
end
if state ~= "draft" then
  return { "state", state }
end
-- A draft has none of these: what stands there is not ours to add to.
if version ~= ARGV[2] or redis.call("EXISTS", KEYS[3], KEYS[4], KEYS[5]) > 0 then
  return { "changed" }
end
local same = redis.call("SCARD", KEYS[2]) == #ARGV - 12 and pooled == tonumber(ARGV[10])
for i = 13, #ARGV do
  same = same and redis.call("SISMEMBER", KEYS[2], ARGV[i]) == 1
end
if ARGV[9] ~= "0" then
  same = same and (round or "1") == ARGV[8] and not fault
  for i = 1, tonumber(ARGV[9]) do
    same = same and redis.call("HEXISTS", KEYS[7], "key:" .. i) == 1
  end
end
if not same then
  return { "changed" }
end
redis.call("HSET", KEYS[1], "document", ARGV[1], "state", "ready", "ready_at", ARGV[3], "receipt_key", ARGV[4])
redis.call("HSET", KEYS[5], "trustee", ARGV[5], "receipt", ARGV[6])
if ARGV[11] ~= "" then
  redis.call("HSET", KEYS[1], "pass_key", ARGV[12])
  redis.call("HSET", KEYS[5], "pass", ARGV[11])
end
redis.call("RPUSH", KEYS[4], ARGV[7])
-- One by one: thousands of arguments at once overflow Lua's stack.
for i = 13, #ARGV do
  redis.call("HSET", KEYS[3], ARGV[i], "unused")
end
redis.call("DEL", KEYS[2], KEYS[7])
if ARGV[9] ~= "0" then
  redis.call("HSET", KEYS[6], "round", ARGV[8])
end
return { "ok" }
