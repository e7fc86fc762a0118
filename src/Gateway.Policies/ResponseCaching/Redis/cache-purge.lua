-- Numbers a purge, keeps it for gateways to come, and tells those that run.
-- KEYS[1]  hash of purges: field "now" = the latest number, every other field = a purge and its number
-- ARGV[1]  the latest purge the gateway knows of
-- ARGV[2]  the purge, one that begins with b is told but not kept; empty: only make sure that the hash exists
-- ARGV[3]  channel
-- ARGV[4]  most purges kept; past it the older half becomes one purge of everything as old
-- return   the number, and Redis's clock in microseconds
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local known = redis.call('HGET', KEYS[1], 'now')
-- Not for ever, should no gateway come back; one that comes later finds no hash, which is a purge of everything.
redis.call('EXPIRE', KEYS[1], 30 * 24 * 3600)
if known and ARGV[2] == '' then
  return { known, string.format('%.0f', micros) }
end
local number = string.format('%.0f', math.max(micros, tonumber(known or 0) + 1, tonumber(ARGV[1]) + 1))
if not known then
  -- A hash that was lost takes its purges with it: what was stored before may have been purged, so all of it was.
  redis.call('HSET', KEYS[1], 'h|All:', number)
end
redis.call('HSET', KEYS[1], 'now', number)
redis.call('EXPIRE', KEYS[1], 30 * 24 * 3600)
if ARGV[2] ~= '' and string.sub(ARGV[2], 1, 1) ~= 'b' then
  if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then
    local all, numbers = redis.call('HGETALL', KEYS[1]), {}
    for i = 1, #all, 2 do
      numbers[#numbers + 1] = all[i] ~= 'now' and tonumber(all[i + 1]) or nil
    end
    table.sort(numbers)
    local cut = numbers[math.ceil(#numbers / 2)]
    for i = 1, #all, 2 do
      if all[i] ~= 'now' and tonumber(all[i + 1]) <= cut then
        redis.call('HDEL', KEYS[1], all[i])
      end
    end
    if tonumber(redis.call('HGET', KEYS[1], 'h|All:') or 0) < cut then
      redis.call('HSET', KEYS[1], 'h|All:', string.format('%.0f', cut))
    end
  end
  redis.call('HSET', KEYS[1], ARGV[2], number)
end
if ARGV[2] ~= '' then
  redis.call('PUBLISH', ARGV[3], number .. ' ' .. ARGV[2])
end
return { number, string.format('%.0f', micros) }
