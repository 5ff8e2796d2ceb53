#!lua flags=no-writes
-- unsettled: outbox entries of at least an age, oldest first. Ages are by the clock of Redis, which stamped them.
-- KEYS  1 fence  2 outbox  3 orders
-- ARGV  1 epoch  2 olderThanMs  3 limit
-- OUT   rebuilding | unsettled, size, then for each order: id (16 bytes), record, age in ms
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local reply = { 'unsettled', whole(redis.call('ZCARD', KEYS[2])) }

local function give(from, past, limit)
  local entries = redis.call('ZRANGE', KEYS[2], from, past, 'BYSCORE', 'LIMIT', 0, limit, 'WITHSCORES')
  for at = 1, #entries, 2 do
    local n = #reply
    reply[n + 1], reply[n + 2] = entries[at], string.sub(redis.call('HGET', KEYS[3], entries[at]), 18)
    reply[n + 3] = whole(math.max(0, now - tonumber(entries[at + 1])))
  end
  return limit - #entries / 2
end

-- what is stamped in the future is older than all the rest: the clock was set back since, and nobody knows how far
local left = give('(' .. whole(now), '+inf', tonumber(ARGV[3]))
if left > 0 then give('-inf', whole(math.min(now, now - tonumber(ARGV[2]))), left) end
return reply
