-- Gives the lease of a fetch back, if it is still this owner's, and wakes who waits.
-- KEYS[1]  the lease
-- ARGV[1]  the owner's token
-- ARGV[2]  how the fetch ended, as it stays behind: + done, - not shareable; empty: nothing stays
-- ARGV[3]  how long that stays, in milliseconds
-- ARGV[4]  channel
-- ARGV[5]  message
-- return   1 given back, 0 it was not this owner's any longer
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
