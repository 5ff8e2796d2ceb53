#!lua
-- configure: takes a configuration of a newer version; an older one does nothing. New products start with nothing.
-- KEYS  1 fence  2 config  3 terms  4 stock  5 totals
-- ARGV  1 epoch  2 configVersion  3 state  4 opensAt  5 closesAt  6 terms
--       opensAt, closesAt: milliseconds, empty where not set
--       terms: MessagePack, flat, for each product: id, limit a buyer (text, empty where there is none)
-- OUT   rebuilding | configured
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
if tonumber(ARGV[2]) <= tonumber(redis.call('HGET', KEYS[2], 'version')) then return { 'configured' } end
local terms = cmsgpack.unpack(ARGV[6])
redis.call('HSET', KEYS[2], 'version', ARGV[2], 'state', ARGV[3], 'opensAt', ARGV[4], 'closesAt', ARGV[5])
redis.call('DEL', KEYS[3])
call_with('HSET', KEYS[3], terms)
for at = 1, #terms, 2 do
  if redis.call('HSETNX', KEYS[4], terms[at], '0') == 1 then redis.call('HSET', KEYS[5], terms[at], '0 0') end
end
return { 'configured' }
