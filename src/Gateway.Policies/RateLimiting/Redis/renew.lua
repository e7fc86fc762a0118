-- Keeps leases of a concurrency limit from lapsing, those that are still there.
--
-- KEYS[1]   the leases of a partition
-- ARGV[1]   how long from now they hold, in microseconds
-- ARGV[2…]  the members, up to 500
--
-- Returns how many there are.

local time = redis.call('TIME')
local lapse = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]) + tonumber(ARGV[1]))
local kept = 0
for i = 2, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    redis.call('ZADD', KEYS[1], 'XX', lapse, ARGV[i])
    kept = kept + 1
  end
end
if kept > 0 then
  redis.call('PEXPIRE', KEYS[1], math.ceil(tonumber(ARGV[1]) / 1000) + 1000)
end
return kept
