#!lua
-- admit: lets through as many as the rate allows, whoever waits first (engine/domain/admission.ts, gcra.ts).
-- KEYS  1 fence  2 room
-- ARGV  1 epoch  2 ratePerSecond  3 wanted  4 nowMs
--       ratePerSecond: empty admits everybody, 0 nobody
--       nowMs: empty for the clock of this Redis, the one that all servers share: by their own, which differ and whose calls
--       overtake each other on the way, time would pass twice
-- OUT   rebuilding | admitted, granted, last, admitted, older epoch, older until (the last two empty where there is none)
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local room = redis.call('HMGET', KEYS[2], 'last', 'admitted', 'olderEpoch', 'olderUntil', 'level', 'atMs')
local last, admitted, older_epoch, older_until = tonumber(room[1]), tonumber(room[2]), room[3], room[4]
local rate, wanted, now = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- how much of the rate may come at once, in seconds
local burst_seconds = 0.25
-- sums of fractional rates fall a little short of a whole request; this much is forgiven, and never accumulates
local rounding_slack = 1e-3

--- Moves the room on by so many places, and out of the older epoch where it has reached its end.
local function advance(places)
  admitted = admitted + places
  if older_until ~= '' and admitted >= tonumber(older_until) then older_epoch, older_until = '', '' end
  redis.call('HSET', KEYS[2], 'admitted', whole(admitted), 'olderEpoch', older_epoch, 'olderUntil', older_until)
end

local granted = 0
if not rate then
  granted = wanted
  advance(last - admitted)
elseif rate ~= 0 then
  local waiting, burst, level, passed = last - admitted, math.max(1, rate * burst_seconds), tonumber(room[5]), now - tonumber(room[6])
  if passed > 0 then level = math.max(0, level - passed * rate) end
  local taken = math.floor((burst * 1000 - level + rounding_slack) / 1000)
  taken = math.max(0, math.min(waiting + wanted, taken))
  local places = math.min(waiting, taken)
  granted = taken - places
  advance(places)
  redis.call('HSET', KEYS[2], 'level', string.format('%.17g', level + taken * 1000), 'atMs', whole(now))
end
return { 'admitted', whole(granted), whole(last), whole(admitted), older_epoch, older_until }
