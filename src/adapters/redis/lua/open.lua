#!lua
-- open: the last step of a rebuild: from here on the gate holds with this epoch. Opening what is open is the same as once.
-- KEYS  1 fence  2 config
-- ARGV  1 epoch
-- OUT   opened | refused
if stands(KEYS[1], ARGV[1], 'open') then return { 'opened' } end
if not stands(KEYS[1], ARGV[1], 'building') or redis.call('EXISTS', KEYS[2]) == 0 then return { 'refused' } end
set_fence(KEYS[1], ARGV[1], 'open')
return { 'opened' }
