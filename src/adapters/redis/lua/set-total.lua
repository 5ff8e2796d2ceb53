#!lua
-- set-total: free += total - the total so far, only for a newer version and only as far as free units reach (engine/domain/stock.ts).
-- KEYS  1 fence  2 stock  3 totals
-- ARGV  1 epoch  2 productId  3 total  4 totalVersion
-- OUT   rebuilding | applied | not_newer | insufficient, free
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local free = tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or 0)
local total, version = string.match(redis.call('HGET', KEYS[3], ARGV[2]) or '0 0', '^(%d+) (%d+)$')
if tonumber(ARGV[4]) <= tonumber(version) then return { 'not_newer' } end
local new_free = free + tonumber(ARGV[3]) - tonumber(total)
if new_free < 0 then return { 'insufficient', whole(free) } end
redis.call('HSET', KEYS[2], ARGV[2], whole(new_free))
redis.call('HSET', KEYS[3], ARGV[2], ARGV[3] .. ' ' .. ARGV[4])
return { 'applied' }
