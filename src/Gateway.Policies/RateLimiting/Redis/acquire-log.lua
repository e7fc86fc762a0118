-- Exact sliding window: a list of the moments at which permits were taken, newest first. A request of cost n passes while the list
-- leaves room for n, that is, while the (limit - n + 1)-th newest stamp is missing or a window old. Stamps never decrease and count
-- from when they are written, also those ahead of now.
-- Nearly every call of the gateway runs this file: it asks Redis as little as it can, and makes few functions and tables.

-- What seldom happens.
local function log_rarely()
  local longest, chunk = 5000, 1000

  local function push(command, key, stamps)
    for first = 1, #stamps, chunk do
      call(command, key, unpack(stamps, first, math.min(first + chunk - 1, #stamps)))
    end
  end

  -- The limit was counted in sub-windows so far: each permit becomes a stamp at its sub-window's end.
  local function convert(key)
    local life, state = call('PTTL', key), cmsgpack.unpack(call('GET', key))
    if type(state) ~= 'table' then
      error('a key of a limit holds something else')
    end
    local stamps = {}
    for i = 3, #state do
      local text = string.format('%.0f', (state[2] - i + 4) * state[1] - 1)
      for _ = 1, math.min(state[i], longest - #stamps) do
        stamps[#stamps + 1] = text
      end
    end
    call('DEL', key)
    push('RPUSH', key, stamps)
    call('PEXPIRE', key, math.max(life, 1))
  end

  -- How many stamps, from the oldest on, have left the window. The oldest has. Seldom many: looks near the end first.
  local function dead(key, length, expired)
    local low, high = 1, 2
    while high <= length and tonumber(call('LINDEX', key, -high)) <= expired do
      low, high = high, high * 2
    end
    high = math.min(high, length + 1)
    while high - low > 1 do
      local middle = math.floor((low + high) / 2)
      if tonumber(call('LINDEX', key, -middle)) <= expired then
        low = middle
      else
        high = middle
      end
    end
    return low
  end

  return push, convert, dead
end

-- Finds out how many of the copies fit. Leaves it open how many permits are live where that takes one more question.
local function log_look(limit)
  local key, window = limit.key, limit.window
  local single = copies == 1 and limit.cost == 1
  local found = redis.pcall('LINDEX', key, single and limit.limit - 1 or 0)
  if type(found) == 'table' then
    local _, convert = log_rarely()
    convert(key)
    found = call('LINDEX', key, single and limit.limit - 1 or 0)
  end
  if single and found then
    local gate = tonumber(found)
    if gate > now - window and gate <= now + window then
      limit.room, limit.gate, limit.live = 0, gate, limit.limit
      return
    end
  end
  local newest = tonumber((single and call('LINDEX', key, 0) or found) or 0)
  limit.live, limit.newest = newest == 0 and 0 or false, newest
  if newest > now + window then
    limit.live, limit.newest, limit.gone = 0, 0, true
  elseif newest > 0 then
    limit.oldest = tonumber(call('LINDEX', key, -1))
    if limit.oldest <= now - window then
      local _, _, dead = log_rarely()
      local length = call('LLEN', key)
      limit.live, limit.gone = length - dead(key, length, now - window), true
      limit.oldest = limit.live > 0 and tonumber(call('LINDEX', key, limit.live - 1))
    end
  end
  limit.live = limit.live or not single and call('LLEN', key)
  limit.room = single and 1 or math.floor((limit.limit - limit.live) / limit.cost)
end

local function log_take(limit, permits, later)
  local key = limit.key
  local moment = math.max(now + later, limit.newest)
  local stamp = string.format('%.0f', moment)
  if limit.gone and limit.live == 0 then
    call('DEL', key)
  elseif limit.gone then
    call('LTRIM', key, 0, limit.live - 1)
  end
  if permits == 1 then
    limit.live = call('LPUSH', key, stamp)
  else
    local stamps, push = {}, log_rarely()
    for i = 1, permits do
      stamps[i] = stamp
    end
    push('LPUSH', key, stamps)
    limit.live = limit.live + permits
  end
  call('PEXPIRE', key, math.ceil((moment + limit.window - now) / 1000) + margin)
  limit.oldest = limit.oldest or moment
  return moment
end

-- Microseconds until so many permits are left; -1 when that never happens.
local function log_after(limit, permits)
  if permits > limit.limit then
    return -1
  end
  local position = limit.limit - permits
  local stamp = position == limit.limit - 1 and limit.gate
    or position == limit.live - 1 and limit.oldest
    or tonumber(call('LINDEX', limit.key, position))
  return stamp + limit.window - now
end
