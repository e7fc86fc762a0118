-- Hands back permits that acquire.lua granted: of one request, or of many.
--
-- KEYS[i]      the state of limit i
-- ARGV[3i-2]   limit i: its algorithm, as for acquire.lua
-- ARGV[3i-1]   the receipt that acquire.lua gave; 0: unknown, the newest permits are handed back
-- ARGV[3i]     how many permits, 1 or more: LREM takes none for all
--
-- Returns nothing. What is not there any more is not handed back.

local function keep(key, state)
  redis.call('SET', key, cmsgpack.pack(state), 'KEEPTTL')
end

-- A log, or sub-windows since the limit was edited.
local function sliding_window(key, receipt, permits)
  local kind = redis.call('TYPE', key).ok
  if kind == 'list' and receipt == '0' then
    redis.call('LTRIM', key, permits, -1)
  elseif kind == 'list' then
    redis.call('LREM', key, permits, receipt)
  elseif kind == 'string' then
    local state = cmsgpack.unpack(redis.call('GET', key))
    local cell = state[2] + 3 - math.floor(tonumber(receipt) / state[1])
    for i = receipt == '0' and 3 or cell, receipt == '0' and #state or cell do
      local back = math.min(state[i] or 0, permits)
      if back > 0 then
        state[i] = state[i] - back
        permits = permits - back
      end
    end
    keep(key, state)
  end
end

local function token_bucket(key, _, permits)
  local state = cmsgpack.unpack(redis.call('GET', key))
  local limit, window = state[3], state[4]
  local rest = permits * (window % limit)
  state[1] = state[1] - permits * math.floor(window / limit) - math.floor(rest / limit)
  state[2] = state[2] - rest % limit
  if state[2] < 0 then
    state[1], state[2] = state[1] - 1, state[2] + limit
  end
  keep(key, state)
end

local function fixed_window(key, receipt, permits)
  local state = cmsgpack.unpack(redis.call('GET', key))
  if receipt == '0' or state[1] == tonumber(receipt) then
    state[3] = math.max(0, state[3] - permits)
    keep(key, state)
  end
end

local function concurrency(key, receipt, permits)
  for i = 1, permits do
    redis.call('ZREM', key, receipt .. ':' .. i)
  end
end

local refunds = { ['0'] = sliding_window, ['1'] = token_bucket, ['2'] = fixed_window, ['3'] = concurrency, ['4'] = sliding_window }
local failure
for i = 1, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    -- One that fails keeps the others from nothing.
    local done, why = pcall(refunds[ARGV[3 * i - 2]], KEYS[i], ARGV[3 * i - 1], tonumber(ARGV[3 * i]))
    failure = failure or (not done and why)
  end
end
if failure then
  error(failure)
end
