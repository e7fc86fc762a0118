-- Notes that a gateway is alive and counts those that are.
--
-- KEYS[1]  sorted set of gateway ids, each scored with the second of its last sign of life
-- ARGV[1]  this gateway's id
-- ARGV[2]  seconds after which a silent gateway no longer counts
--
-- Returns the number of gateways alive, this one included.

local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - tonumber(ARGV[2])))
redis.call('EXPIRE', KEYS[1], 60)
return redis.call('ZCARD', KEYS[1])
