-- Notes that a gateway is alive and names those that are.
--
-- KEYS[1]  sorted set of gateway ids, each scored with the second of its last sign of life
-- ARGV[1]  this gateway's id
-- ARGV[2]  seconds after which a silent gateway no longer counts
--
-- Returns 1 when this gateway was known before, 0 when it was not; then the ids of those alive, this one's included.

local now = tonumber(redis.call('TIME')[1])
local known = redis.call('ZADD', KEYS[1], now, ARGV[1]) == 0 and 1 or 0
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - tonumber(ARGV[2])))
redis.call('EXPIRE', KEYS[1], 60)
return { known, unpack(redis.call('ZRANGE', KEYS[1], 0, 999)) }
