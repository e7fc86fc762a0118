-- Gives a lock back, if it is still this owner's.
-- KEYS[1]  the lock
-- ARGV[1]  the owner's token
-- return   1: given back; 0: it was not this owner's any longer
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
