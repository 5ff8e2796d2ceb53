#!lua
-- take-place: the next place of the waiting room's one sequence.
-- KEYS  1 fence  2 room
-- ARGV  1 epoch
-- OUT   rebuilding | place, counter
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
return { 'place', whole(redis.call('HINCRBY', KEYS[2], 'last', 1)) }
