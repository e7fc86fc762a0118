-- Exact sliding window: a list of the moments at which permits were taken, newest first. A request of cost n passes while the list
-- leaves room for n, that is, while the (limit - n + 1)-th newest stamp is missing or a window old. Stamps never decrease and count
-- from when they are written, also those ahead of now.
-- Nearly every call of the gateway runs this file: it asks Redis as little as it can, makes few functions and tables, and passes texts
-- rather than numbers, which Redis would have to print.

local chunk = 1000 -- of arguments for one command

-- What seldom happens.
local function log_rarely()
  local longest = 5000

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
    for first = 1, #stamps, chunk do
      call('RPUSH', key, unpack(stamps, first, math.min(first + chunk - 1, #stamps)))
    end
    call('PEXPIRE', key, math.max(life, 1))
  end

  -- How many stamps, from the oldest on, have left the window. The two oldest have. Seldom many: looks near the end first.
  local function dead(key, length, expired)
    local low, high = 2, 4
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

  return convert, dead
end

-- Finds out how many of the copies fit.
local function log_look(limit)
  local key, window = limit.key, limit.window
  local newest = redis.pcall('LINDEX', key, '0')
  if type(newest) == 'table' then
    local convert = log_rarely()
    convert(key)
    newest = call('LINDEX', key, '0')
  end
  newest = tonumber(newest or 0)
  local length, live, oldest = 0, 0, false
  if newest > now + window then
    length, newest = 1, 0
  elseif newest > 0 then
    length = call('LLEN', key)
    live, oldest = length, newest
    if length > 1 then
      oldest = tonumber(call('LINDEX', key, '-1'))
    end
    if oldest <= now - window then
      live = live - 1
      oldest = live > 0 and tonumber(call('LINDEX', key, '-2'))
      if oldest and oldest <= now - window then
        local _, dead = log_rarely()
        live = length - dead(key, length, now - window)
        oldest = live > 0 and tonumber(call('LINDEX', key, live - 1))
      end
    end
  end
  limit.newest, limit.dead, limit.live, limit.oldest = newest, length - live, live, oldest
  limit.room = math.floor((limit.limit - live) / limit.cost)
end

local function log_take(limit, permits, later)
  local key, live = limit.key, limit.live
  local moment = math.max(now + later, limit.newest)
  local stamp = moment == now and now_text or string.format('%.0f', moment)
  if limit.dead > 0 then
    if live == 0 then
      call('DEL', key)
    elseif limit.dead == 1 then
      call('RPOP', key)
    else
      call('LTRIM', key, '0', live - 1)
    end
  end
  if permits == 1 then
    call('LPUSH', key, stamp)
  else
    local stamps = {}
    for i = 1, math.min(permits, chunk) do
      stamps[i] = stamp
    end
    for first = 1, permits, chunk do
      call('LPUSH', key, unpack(stamps, 1, math.min(chunk, permits - first + 1)))
    end
  end
  limit.live = live + permits
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
  local stamp = position == limit.live - 1 and limit.oldest or tonumber(call('LINDEX', limit.key, position))
  return stamp + limit.window - now
end
