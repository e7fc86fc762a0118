-- Takes one permit of each of several limits, or none of any (exact sliding window).
--
-- KEYS[i]     log of limit i: a list of the moments, in microseconds, at which its partition was admitted, newest first
-- ARGV[1]     1 takes the permits, 0 only looks
-- ARGV[3i-1]  limit i
-- ARGV[3i]    its window in microseconds
-- ARGV[3i+1]  time to live of its log in milliseconds: the window and a margin
--
-- Returns four integers per limit: 1 admitted or 0 denied; permits left; microseconds until more are left; microseconds until
-- a retry passes (0 when admitted).
--
-- A request passes while fewer than the limit of the stamps are younger than the window, that is, while the limit-th newest stamp
-- is missing or a window old. A denial writes nothing. Stamps never decrease: a clock that stepped back stands still until it
-- has caught up; one that stepped back by more than a window has made the log meaningless, and it is begun anew.
-- Microseconds need 16 digits: tostring() would cut them to 14, hence the format; below 2^53 they are exact.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local take = ARGV[1] == '1'
local limits, windows, moments, lives, answer = {}, {}, {}, {}, {}
local admitted = true

local function stamp(key, position)
  return tonumber(redis.call('LINDEX', key, position))
end

-- How many stamps are younger than the window: the first position, newest first, that holds an older one.
local function count(key, moment, window)
  local low, high = 0, redis.call('LLEN', key)
  if high > 0 and moment - stamp(key, high - 1) < window then
    return high
  end
  while low < high do
    local middle = math.floor((low + high) / 2)
    if moment - stamp(key, middle) < window then
      low = middle + 1
    else
      high = middle
    end
  end
  return low
end

for i = 1, #KEYS do
  local key, limit, window = KEYS[i], tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local newest = redis.call('LINDEX', key, 0)
  local moment, live = now, 0
  local known = newest and tonumber(newest) <= now + window
  local gate = false
  if known then
    moment = math.max(now, tonumber(newest))
    gate = redis.call('LINDEX', key, limit - 1)
  end
  limits[i], windows[i], moments[i] = limit, window, moment
  if gate and moment - tonumber(gate) < window then
    admitted = false
    lives[i] = -1
    local free = tonumber(gate) + window - now
    answer[4 * i - 3], answer[4 * i - 2], answer[4 * i - 1], answer[4 * i] = 0, 0, free, free
  else
    if known then
      live = count(key, moment, window)
    end
    lives[i] = live
  end
end

for i = 1, #KEYS do
  local key, live = KEYS[i], lives[i]
  if live >= 0 then
    if take and admitted then
      redis.call('LPUSH', key, string.format('%.0f', moments[i]))
      redis.call('LTRIM', key, 0, live)
      redis.call('PEXPIRE', key, ARGV[3 * i + 1])
      live = live + 1
    end
    local free = 0
    if live > 0 then
      free = stamp(key, live - 1) + windows[i] - now
    end
    answer[4 * i - 3], answer[4 * i - 2], answer[4 * i - 1], answer[4 * i] = 1, limits[i] - live, free, 0
  end
end

return answer
