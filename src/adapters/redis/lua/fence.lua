#!lua flags=no-writes
-- fence: what stands at the fence, whether it matches this primary or not.
-- KEYS  1 fence
-- OUT   absent | raised, building or open, epoch, replication id at the time, replication id now
local epoch, state, id = read_fence(KEYS[1])
if not epoch then return { 'absent' } end
return { state, whole(epoch), id, primary() }
