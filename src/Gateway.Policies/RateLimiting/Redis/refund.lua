-- Hands back permits that acquire.lua granted.
--
-- KEYS[i]      the state of limit i
-- ARGV[3i-2]   limit i: its algorithm, as for acquire.lua
-- ARGV[3i-1]   the receipt that acquire.lua gave; 0: unknown, the newest permits are handed back
-- ARGV[3i]     how many permits, 1 or more: LREM takes none for all
--
-- Returns nothing. What is not there any more is not handed back.

for i = 1, #KEYS do
  local key, receipt, permits = KEYS[i], ARGV[3 * i - 1], ARGV[3 * i]
  if receipt == '0' then
    redis.call('LTRIM', key, permits, -1)
  else
    redis.call('LREM', key, permits, receipt)
  end
end
