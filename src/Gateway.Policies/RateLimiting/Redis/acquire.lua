local made, limits, answer = {}, {}, { 0, 0, 0, 0, 0, 0 }
local granted = copies

for i = 1, #KEYS do
  local at = 6 * i - 3
  local algorithm = ARGV[at]
  local limit = {
    key = KEYS[i], limit = tonumber(ARGV[at + 1]), window = tonumber(ARGV[at + 2]), cost = tonumber(ARGV[at + 3]),
    burst = tonumber(ARGV[at + 4]), lease = ARGV[at + 5], by = false, room = 0, live = false, newest = 0, oldest = false, gate = false,
    gone = false,
  }
  if algorithm == '0' then
    log_look(limit)
  else
    made[algorithm] = made[algorithm] or other(algorithm)
    limit.by = made[algorithm]
    limit.by.look(limit)
    limit.room = math.floor(limit.by.left(limit) / limit.cost)
  end
  limits[i] = limit
  if limit.room < granted then
    granted = math.max(0, limit.room)
  end
end

local all = granted == copies
local later = granted > 1 and ahead or 0
answer[1] = granted
for i = 1, #limits do
  local limit, at = limits[i], 5 * i - 3
  local by = limit.by
  local take, after = by and by.take or log_take, by and by.after or log_after
  local receipt = asked > 0 and granted > 0 and take(limit, granted * limit.cost, later) or 0
  limit.live = limit.live or not by and call('LLEN', limit.key)
  local left = math.max(0, by and by.left(limit) or limit.limit - limit.live)
  local passes = all or left >= limit.cost
  answer[at] = passes and 1 or 0
  answer[at + 1] = left
  answer[at + 2] = left == (limit.burst > 0 and limit.burst or limit.limit) and 0 or after(limit, left + 1)
  answer[at + 3] = passes and 0 or after(limit, limit.cost)
  answer[at + 4] = receipt
end

return answer
