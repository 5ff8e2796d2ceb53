#!lua
-- begin: begins a rebuild, only over a lower epoch or its own unopened one. What an earlier attempt loaded is forgotten:
-- without its config no other piece is taken and nothing opens; the head wipes the rest.
-- KEYS  1 fence  2 config
-- ARGV  1 epoch
-- OUT   begun | refused
local epoch = tonumber(ARGV[1])
local at, state = read_fence(KEYS[1])
if at and (at > epoch or (at == epoch and state == 'open')) then return { 'refused' } end
set_fence(KEYS[1], ARGV[1], 'building')
redis.call('UNLINK', KEYS[2])
return { 'begun' }
