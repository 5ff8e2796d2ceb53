#!lua
-- load-rows: a later piece of a rebuild: orders, buyers or passes. Writing it twice is the same as once.
-- KEYS  1 fence  2 config  3 into
-- ARGV  1 epoch  2 rows
--       rows: MessagePack, flat, field and value in turn; an empty value takes the field away
-- OUT   loaded | refused
if not stands(KEYS[1], ARGV[1], 'building') or redis.call('EXISTS', KEYS[2]) == 0 then return { 'refused' } end
local rows = cmsgpack.unpack(ARGV[2])
local set, gone = {}, {}
for at = 1, #rows, 2 do
  if rows[at + 1] == '' then
    gone[#gone + 1] = rows[at]
  else
    set[#set + 1] = rows[at]
    set[#set + 1] = rows[at + 1]
  end
end
call_with('HSET', KEYS[3], set)
call_with('HDEL', KEYS[3], gone)
return { 'loaded' }
