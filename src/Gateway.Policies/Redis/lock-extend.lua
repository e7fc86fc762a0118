-- Makes a lock last longer, if it is still this owner's.
-- KEYS[1]  the lock
-- ARGV[1]  the owner's token
-- ARGV[2]  milliseconds from now, whole
-- return   1: extended; 0: it was not this owner's any longer
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
