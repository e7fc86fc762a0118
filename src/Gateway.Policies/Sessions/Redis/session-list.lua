-- Adds a session to its owner's list, which ends with its last session.
-- KEYS[1]  the list: sorted set of record keys, scored by their end in Unix ms
-- ARGV[1]  the record's key
-- ARGV[2]  ms until the record ends at the latest
-- return   how many sessions are listed
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('PEXPIRE', KEYS[1], math.max(1, string.format('%d', last[2] - now)))
return redis.call('ZCARD', KEYS[1])
