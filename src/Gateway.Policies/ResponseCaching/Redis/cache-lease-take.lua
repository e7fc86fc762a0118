-- Takes the lease of a fetch when it is free.
-- KEYS[1]  the lease: its owner's token, or how the last fetch ended: + done, - not shareable
-- ARGV[1]  the owner's token
-- ARGV[2]  how long the lease lasts, in milliseconds
-- ARGV[3]  an end that counts as free: + or empty
-- return   1 taken, 0 held by another, 2 done, 3 not shareable
local held = redis.call('GET', KEYS[1])
if not held or held == ARGV[3] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
return held == '+' and 2 or held == '-' and 3 or 0
