-- Raises a holder's number to what another Redis gave it, so that the next holder's is larger whichever majority it asks.
-- KEYS[1]  the lock
-- KEYS[2]  the last holder's number
-- ARGV[1]  the owner's token
-- ARGV[2]  the number
-- ARGV[3]  how long the number is kept, milliseconds
-- return   1: the number is at least that; 0: the lock is not this owner's any longer
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if tonumber(redis.call('GET', KEYS[2]) or 0) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
end
return 1
