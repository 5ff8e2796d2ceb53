#!lua flags=allow-oom
-- raise-fence: from here on nothing older than the epoch holds. Never lowers a fence.
-- KEYS  1 fence
-- ARGV  1 epoch
-- OUT   raised
local at = read_fence(KEYS[1])
if not at or at < tonumber(ARGV[1]) then set_fence(KEYS[1], ARGV[1], 'raised') end
return { 'raised' }
