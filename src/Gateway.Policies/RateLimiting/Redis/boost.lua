-- Sets, ends or reads boosts: higher limits for single partitions for a while.
--
-- KEYS[1]  hash of boosts: partition -> "limit end", the end in milliseconds of the server's clock
-- ARGV[1]  partition; empty: reads only
-- ARGV[2]  its limit
-- ARGV[3]  milliseconds it goes on; 0 ends it
-- ARGV[4]  how many there may be
-- ARGV[5]  channel that tells of a change
--
-- Returns the living ones: partition, limit and milliseconds left of each; or 0 when there are too many to add one.
-- Those that are over are removed; the hash lives as long as the last of them. Milliseconds since 1970 need 13 digits, which
-- tostring() writes whole, but PEXPIREAT wants no exponent: hence the format.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local key, partition = KEYS[1], ARGV[1]

if partition ~= '' then
  redis.call('HDEL', key, partition)
  if tonumber(ARGV[3]) > 0 then
    if redis.call('HLEN', key) >= tonumber(ARGV[4]) then
      return 0
    end
    redis.call('HSET', key, partition, ARGV[2] .. ' ' .. string.format('%.0f', now + tonumber(ARGV[3])))
  end
end

local answer, last = {}, 0
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  local limit, ends = string.match(all[i + 1], '^(%d+) (%d+)$')
  if limit and tonumber(ends) > now then
    last = math.max(last, tonumber(ends))
    answer[#answer + 1] = all[i]
    answer[#answer + 1] = tonumber(limit)
    answer[#answer + 1] = tonumber(ends) - now
  else
    redis.call('HDEL', key, all[i])
  end
end

if partition ~= '' then
  if last > 0 then
    redis.call('PEXPIREAT', key, string.format('%.0f', last))
  end
  redis.call('PUBLISH', ARGV[5], 'changed')
end

return answer
