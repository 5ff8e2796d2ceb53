-- What every script begins with: the fence of design.md section 6, and writing of long lists.

--- The replication id of this primary: a new one at every start and every promotion. A replica is no gate.
local function primary()
  local info = redis.call('INFO', 'replication')
  if not string.find(info, 'role:master', 1, true) then
    error({ err = 'READONLY this Redis is a replica: the gate is its primary' })
  end
  return string.match(info, 'master_replid:(%x+)')
end

--- Whether the fence has this epoch, this state (raised, building or open) and this primary.
local function stands(fence, epoch, state)
  return redis.call('GET', fence) == epoch .. ' ' .. state .. ' ' .. primary()
end

--- Epoch (a number), state and replication id at the fence; nil where there is none.
local function read_fence(fence)
  local epoch, state, id = string.match(redis.call('GET', fence) or '', '^(%d+) (%a+) (%x+)$')
  return tonumber(epoch), state, id
end

local function set_fence(fence, epoch, state)
  redis.call('SET', fence, epoch .. ' ' .. state .. ' ' .. primary())
end

-- Lua's stack takes 8,000 values in one call; an even number keeps pairs together.
local most_in_one_call = 4000

--- One command over a list of any length, in as many calls as it takes; the replies joined where they are lists.
local function call_with(command, key, list)
  local replies, count = {}, #list
  for first = 1, count, most_in_one_call do
    local reply = redis.call(command, key, unpack(list, first, math.min(first + most_in_one_call - 1, count)))
    if type(reply) == 'table' then
      for at = 1, #reply do replies[first + at - 1] = reply[at] end
    end
  end
  return replies
end

--- A whole number as text, whatever its size: tostring would round above 14 digits.
local function whole(number)
  return string.format('%.0f', number)
end
