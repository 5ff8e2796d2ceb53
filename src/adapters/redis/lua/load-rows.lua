#!lua
-- load-rows: a later piece of a rebuild: orders, buyers or passes. Writing it twice is the same as once.
-- KEYS  1 fence  2 config  3 into
-- ARGV  1 epoch  2 rows
--       rows: MessagePack, flat, field and value in turn
-- OUT   loaded | refused
if not stands(KEYS[1], ARGV[1], 'building') or redis.call('EXISTS', KEYS[2]) == 0 then return { 'refused' } end
call_with('HSET', KEYS[3], cmsgpack.unpack(ARGV[2]))
return { 'loaded' }
