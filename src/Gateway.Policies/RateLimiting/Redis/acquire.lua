-- Takes permits of several limits for as many of several equal requests as pass; each request takes its cost of every limit, or
-- nothing of any.
--
-- KEYS[i]      the state of limit i
-- ARGV[1]      how many requests; 0 only looks, for one
-- ARGV[2]      until when after now the permits may be used, in microseconds: when more than one request is granted they are stamped so
-- ARGV[5i-2]   limit i: its algorithm, 0 = exact sliding window
-- ARGV[5i-1]   permits per window
-- ARGV[5i]     window in microseconds
-- ARGV[5i+1]   permits that one request takes
-- ARGV[5i+2]   permits that a token bucket holds
--
-- Returns how many requests passed, then five integers per limit, about the last request when all passed, else about the first that
-- did not: 1 admitted or 0 denied; permits left; microseconds until more are left; microseconds until a retry passes (0 when admitted,
-- -1 when never); the receipt for refund.lua (0 when nothing was taken).
--
-- Exact sliding window: a list of the moments at which permits were taken, newest first. A request of cost n passes while the list
-- leaves room for n, that is, while the (limit - n + 1)-th newest stamp is missing or a window old. A denial writes nothing. Stamps
-- never decrease and count from when they are written, also those ahead of now: a clock that stepped back finds them all live; one
-- that stepped back by more than a window has made the log meaningless, and it is begun anew.
-- Microseconds need 16 digits: tostring() would cut them to 14, hence the format; below 2^53 they are exact.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local asked = tonumber(ARGV[1])
local copies = math.max(asked, 1)
local ahead = tonumber(ARGV[2])
local margin = 1000
local chunk = 1000

-- How many stamps from the oldest on have left the window. The oldest has.
local function dead(key, length, expired)
  local low, high = 1, 2
  while high <= length and tonumber(redis.call('LINDEX', key, -high)) <= expired do
    low, high = high, high * 2
  end
  high = math.min(high, length + 1)
  while high - low > 1 do
    local middle = math.floor((low + high) / 2)
    if tonumber(redis.call('LINDEX', key, -middle)) <= expired then
      low = middle
    else
      high = middle
    end
  end
  return low
end

local function look(limit)
  local key, expired = limit.key, now - limit.window
  local length = redis.call('LLEN', key)
  limit.live, limit.gone, limit.newest = 0, length, 0
  if length == 0 then
    return
  end
  limit.newest = tonumber(redis.call('LINDEX', key, 0))
  if limit.newest > now + limit.window then
    limit.newest = 0
    return
  end
  limit.oldest = tonumber(redis.call('LINDEX', key, -1))
  limit.gone = 0
  if limit.oldest <= expired then
    limit.gone = dead(key, length, expired)
    limit.oldest = limit.gone < length and tonumber(redis.call('LINDEX', key, -limit.gone - 1)) or nil
  end
  limit.live = length - limit.gone
end

local function take(limit, permits, later)
  local key = limit.key
  local moment = math.max(now + later, limit.newest)
  local stamp = string.format('%.0f', moment)
  if limit.live == 0 and limit.gone > 0 then
    redis.call('DEL', key)
  elseif limit.gone > 0 then
    redis.call('LTRIM', key, 0, limit.live - 1)
  end
  if permits == 1 then
    redis.call('LPUSH', key, stamp)
  else
    local stamps = {}
    for i = 1, math.min(permits, chunk) do
      stamps[i] = stamp
    end
    for left = permits, 1, -chunk do
      redis.call('LPUSH', key, unpack(stamps, 1, math.min(left, chunk)))
    end
  end
  redis.call('PEXPIRE', key, math.ceil((moment + limit.window - now) / 1000) + margin)
  limit.oldest = limit.oldest or moment
  limit.live = limit.live + permits
  limit.receipt = moment
end

local function retry(limit)
  if limit.cost > limit.limit then
    return -1
  end
  return tonumber(redis.call('LINDEX', limit.key, limit.limit - limit.cost)) + limit.window - now
end

-- Microseconds until more permits are left. Of a log that is longer than the limit, lowered since, the oldest do not matter.
local function reset(limit)
  if not limit.oldest then
    return 0
  end
  local oldest = limit.live > limit.limit and tonumber(redis.call('LINDEX', limit.key, limit.limit - 1)) or limit.oldest
  return oldest + limit.window - now
end

local limits = {}
local granted = copies
for i = 1, #KEYS do
  local limit = {
    key = KEYS[i], limit = tonumber(ARGV[5 * i - 1]), window = tonumber(ARGV[5 * i]), cost = tonumber(ARGV[5 * i + 1]), receipt = 0,
  }
  look(limit)
  limits[i] = limit
  granted = math.min(granted, math.max(0, math.floor((limit.limit - limit.live) / limit.cost)))
end

local all = granted == copies
local answer = { granted }
for i = 1, #limits do
  local limit = limits[i]
  if asked > 0 and granted > 0 then
    take(limit, granted * limit.cost, granted > 1 and ahead or 0)
  end
  local left = limit.limit - limit.live
  local passes = all or left >= limit.cost
  answer[5 * i - 3] = passes and 1 or 0
  answer[5 * i - 2] = math.max(0, left)
  answer[5 * i - 1] = reset(limit)
  answer[5 * i] = passes and 0 or retry(limit)
  answer[5 * i + 1] = limit.receipt
end

return answer
