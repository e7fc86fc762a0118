-- Takes a lock that nobody holds, and numbers the holder.
-- KEYS[1]  the lock
-- KEYS[2]  the last holder's number, in the lock's slot
-- ARGV[1]  the owner's token
-- ARGV[2]  how long the lock lasts, milliseconds
-- ARGV[3]  how long the number is kept after that, milliseconds
-- return   the number, larger than every holder's before; false: somebody holds the lock
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return false
end
-- The clock keeps numbers growing when the last one is gone; the last one, when the clock is set back.
local time = redis.call('TIME')
local number = string.format('%.0f', math.max(time[1] * 1000000 + time[2], tonumber(redis.call('GET', KEYS[2]) or 0) + 1))
redis.call('SET', KEYS[2], number, 'PX', ARGV[2] + ARGV[3])
return number
