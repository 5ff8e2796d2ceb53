#!lua
-- hold: takes the units of each order of a batch out of free stock, all its lines or none, in order of arrival.
-- It decides exactly as engine/domain/decide-holds.ts does (test/property/adapters/redis).
-- KEYS  1 fence  2 config  3 terms  4 stock  5 orders  6 buyers  7 outbox  8 passes
-- ARGV  1 epoch  2 configVersion  3 nowMs  4 requests
--       requests: MessagePack, flat, for each order: id (16 bytes), request hash (16 bytes), user, admitted, pass or false,
--       record or false, number of lines, then product and quantity of each line
-- OUT   rebuilding | stale_config, version | records_wanted | decided, codes, openness, extra ...
--       records_wanted: an order without its record would have been held; nothing was decided
--       codes: two bytes an order: what it got, and the line that is meant (from 1; 0 where none is).
--       h held  s settled duplicate  d unsettled duplicate (extra: record)  k key reused  n not open  a not admitted
--       u unknown product  l over limit (extra: limit)  o sold out
--       openness: open, paused, closed, scheduled or `scheduled <ms>`; extras stand in the order of their orders
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local config = redis.call('HMGET', KEYS[2], 'version', 'state', 'opensAt', 'closesAt')
if config[1] ~= ARGV[2] then return { 'stale_config', config[1] } end

--- See opennessAt of engine/domain/sale.ts. A time that is not set is the empty string.
local function openness_at(now)
  local state, opens_at, closes_at = config[2], config[3], config[4]
  if state == 'closed' or (closes_at ~= '' and now >= tonumber(closes_at)) then return 'closed' end
  if state == 'paused' then return 'paused' end
  if state == 'scheduled' and opens_at == '' then return 'scheduled' end
  if opens_at ~= '' and now < tonumber(opens_at) then return 'scheduled ' .. opens_at end
  return 'open'
end

local openness = openness_at(tonumber(ARGV[3]))
local requests = cmsgpack.unpack(ARGV[4])

-- one read for all orders of the batch
local ids, starts, count = {}, {}, 0
local at, past = 1, #requests
while at <= past do
  count = count + 1
  ids[count] = requests[at]
  starts[count] = at
  at = at + 7 + 2 * requests[at + 6]
end
local known = call_with('HMGET', KEYS[5], ids)

-- the state as this batch sees it: read once, then changed here, written at the end
local limits, free, units, bought = {}, {}, {}, {}
local taken, taken_passes = {}, {}
local new_orders, new_outbox, new_passes = {}, {}, {}
local sold = {}
local held_at

local function limit_of(product)
  local limit = limits[product]
  if limit == nil then
    limit = redis.call('HGET', KEYS[3], product)
    limits[product] = limit
  end
  return limit
end

--- A number of a hash, 0 where it has none.
local function number_of(seen, key, field)
  local number = seen[field]
  if number == nil then
    number = tonumber(redis.call('HGET', key, field) or 0)
    seen[field] = number
  end
  return number
end

local function pass_admits(pass, id)
  if not pass then return false end
  local owner = redis.call('HGET', KEYS[8], pass) or taken_passes[pass]
  return not owner or owner == id
end

--- The first line that cannot be had, by reason, then by product: code, line, extra; nil where all can.
local function refuse_lines(user, first, lines)
  local limited = false
  for line = 1, lines do
    local limit = limit_of(requests[first + 2 * line - 2])
    if not limit then return 'u', line end
    if limit ~= '' then limited = true end
  end
  if limited then
    for line = 1, lines do
      local product, quantity = requests[first + 2 * line - 2], requests[first + 2 * line - 1]
      local limit = limits[product]
      if limit ~= '' then
        local buyer = user .. '\0' .. product
        if number_of(units, KEYS[6], buyer) + (bought[buyer] or 0) + quantity > tonumber(limit) then return 'l', line, limit end
      end
    end
  end
  for line = 1, lines do
    if requests[first + 2 * line - 1] > number_of(free, KEYS[4], requests[first + 2 * line - 2]) then return 'o', line end
  end
end

local function take(start, id)
  local hash, user, pass, record = requests[start + 1], requests[start + 2], requests[start + 4], requests[start + 5]
  for line = 1, requests[start + 6] do
    local product, quantity = requests[start + 5 + 2 * line], requests[start + 6 + 2 * line]
    free[product] = free[product] - quantity
    sold[product] = true
    local buyer = user .. '\0' .. product
    bought[buyer] = (bought[buyer] or 0) + quantity
  end
  local order = 'u' .. hash .. record
  taken[id] = order
  local n = #new_orders
  new_orders[n + 1], new_orders[n + 2] = id, order
  if not held_at then
    local time = redis.call('TIME')
    held_at = whole(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
  end
  new_outbox[n + 1], new_outbox[n + 2] = held_at, id
  if pass then
    if not taken_passes[pass] then new_passes[#new_passes + 1] = pass end
    taken_passes[pass] = taken_passes[pass] or id
  end
end

local reply = { 'decided', '', openness }
local codes = {}
for n = 1, count do
  local id, start = ids[n], starts[n]
  local order = known[n] or taken[id]
  local code, line, extra
  if order then
    if string.sub(order, 2, 17) ~= requests[start + 1] then
      code = 'k'
    elseif string.byte(order) == 117 then
      code, extra = 'd', string.sub(order, 18)
    else
      code = 's'
    end
  elseif openness ~= 'open' then
    code = 'n'
  elseif not requests[start + 3] and not pass_admits(requests[start + 4], id) then
    code = 'a'
  else
    code, line, extra = refuse_lines(requests[start + 2], start + 7, requests[start + 6])
    if not code then
      -- nothing is written before the end of the batch
      if not requests[start + 5] then return { 'records_wanted' } end
      take(start, id)
      code = 'h'
    end
  end
  codes[n] = code .. string.char(line or 0)
  if extra then reply[#reply + 1] = extra end
end
reply[2] = table.concat(codes)

if held_at then
  call_with('HSET', KEYS[5], new_orders)
  call_with('ZADD', KEYS[7], new_outbox)
  local pairs_free = {}
  for product in pairs(sold) do
    pairs_free[#pairs_free + 1] = product
    pairs_free[#pairs_free + 1] = whole(free[product])
  end
  call_with('HSET', KEYS[4], pairs_free)
  local buyers = {}
  for buyer in pairs(bought) do buyers[#buyers + 1] = buyer end
  local before = call_with('HMGET', KEYS[6], buyers)
  local pairs_units = {}
  for n, buyer in ipairs(buyers) do
    pairs_units[2 * n - 1] = buyer
    pairs_units[2 * n] = whole(tonumber(before[n] or 0) + bought[buyer])
  end
  call_with('HSET', KEYS[6], pairs_units)
  for _, pass in ipairs(new_passes) do redis.call('HSETNX', KEYS[8], pass, taken_passes[pass]) end
end
return reply
