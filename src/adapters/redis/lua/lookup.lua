#!lua flags=no-writes
-- lookup: what is known of one order id.
-- KEYS  1 fence  2 orders
-- ARGV  1 epoch  2 orderId
-- OUT   rebuilding | absent | unsettled | settled | ended
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local order = redis.call('HGET', KEYS[2], ARGV[2])
local states = { u = 'unsettled', s = 'settled', e = 'ended' }
return { order and states[string.sub(order, 1, 1)] or 'absent' }
