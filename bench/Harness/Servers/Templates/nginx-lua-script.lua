local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local session = redis.call('GET', KEYS[2]) or ''
local gate = redis.call('LINDEX', KEYS[1], limit - 1)
if gate and now - gate < window then
  return {0, 0, gate + window - now, session}
end
local used = redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], 0, limit - 1)
redis.call('PEXPIRE', KEYS[1], window / 1000 + 1000)
return {1, math.max(limit - used, 0), 0, session}
