local made, answers = {}, {}

-- The limit of this key, whose arguments begin at this place, and what its state says.
local function look(key, at)
  local algorithm = ARGV[at]
  local limit = {
    key = key, limit = tonumber(ARGV[at + 1]), window = tonumber(ARGV[at + 2]), cost = tonumber(ARGV[at + 3]),
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
  return limit
end

-- Takes what the granted requests cost and answers, from this place on.
local function conclude(limit, granted, to)
  local by = limit.by
  local take, after = by and by.take or log_take, by and by.after or log_after
  local all, later = granted == copies, granted > 1 and ahead or 0
  local receipt = asked > 0 and granted > 0 and take(limit, granted * limit.cost, later) or 0
  limit.live = limit.live or not by and call('LLEN', limit.key)
  local left = math.max(0, by and by.left(limit) or limit.limit - limit.live)
  local passes = all or left >= limit.cost
  answers[to] = passes and 1 or 0
  answers[to + 1] = left
  answers[to + 2] = left == (limit.burst > 0 and limit.burst or limit.limit) and 0 or after(limit, left + 1)
  answers[to + 3] = passes and 0 or after(limit, limit.cost)
  answers[to + 4] = receipt
end

-- The question with so many limits, from this key and these arguments on; answers from this place on.
local function decide(count, key, at, to)
  local limits, granted = {}, copies
  for i = 1, count do
    limits[i] = look(KEYS[key + i - 1], at + 6 * i - 6)
    granted = math.min(granted, math.max(0, limits[i].room))
  end
  answers[to] = granted
  for i = 1, count do
    conclude(limits[i], granted, to + 5 * i - 4)
  end
end

local key, at, to = 1, 2, 1
for question = 1, tonumber(ARGV[1]) do
  local count = tonumber(ARGV[at])
  asked, ahead = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  copies = math.max(asked, 1)
  local decided, failure = pcall(decide, count, key, at + 3, to)
  if decided then
    to = to + 1 + 5 * count
  else
    -- Of the others nothing is lost.
    answers[to] = redis.error_reply(type(failure) == 'table' and failure.err or tostring(failure))
    for i = to + 1, to + 5 * count do
      answers[i] = nil
    end
    to = to + 1
  end
  key, at = key + count, at + 3 + 6 * count
end

return answers
