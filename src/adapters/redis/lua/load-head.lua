#!lua
-- load-head: the first piece of a rebuild. Wipes all older state of the sale; a head that comes again changes nothing.
-- KEYS  1 fence  2 config  3 terms  4 stock  5 totals  6 orders  7 buyers  8 outbox  9 passes  10 room
-- ARGV  1 epoch  2 configVersion  3 state  4 opensAt  5 closesAt  6 terms  7 stock  8 room
--       opensAt, closesAt, terms: as in configure
--       stock: MessagePack, flat, for each product: id, free, `total version`
--       room: MessagePack, flat, field and value in turn
-- OUT   loaded | refused
if not stands(KEYS[1], ARGV[1], 'building') then return { 'refused' } end
if redis.call('EXISTS', KEYS[2]) == 1 then return { 'loaded' } end
redis.call('UNLINK', unpack(KEYS, 3))
local terms, stock = cmsgpack.unpack(ARGV[6]), cmsgpack.unpack(ARGV[7])
call_with('HSET', KEYS[3], terms)
for at = 1, #stock, 3 do
  redis.call('HSET', KEYS[4], stock[at], stock[at + 1])
  redis.call('HSET', KEYS[5], stock[at], stock[at + 2])
end
for at = 1, #terms, 2 do
  if redis.call('HSETNX', KEYS[4], terms[at], '0') == 1 then redis.call('HSET', KEYS[5], terms[at], '0 0') end
end
call_with('HSET', KEYS[10], cmsgpack.unpack(ARGV[8]))
redis.call('HSET', KEYS[2], 'version', ARGV[2], 'state', ARGV[3], 'opensAt', ARGV[4], 'closesAt', ARGV[5])
return { 'loaded' }
