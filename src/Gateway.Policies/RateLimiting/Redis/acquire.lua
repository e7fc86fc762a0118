-- The limits of a question are in the tables of the question before.
local made, answers, limits = {}, {}, {}

local function blank()
  return {
    key = '', limit = 0, window = 0, cost = 0, burst = 0, lease = '', by = false, room = 0, live = 0, dead = 0, newest = 0, oldest = false,
  }
end

-- Makes it the limit of this key, whose arguments begin at this place; returns for how many requests there is room.
local function look(limit, key, at)
  local algorithm = ARGV[at]
  limit.key, limit.limit, limit.window, limit.cost = key, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if algorithm == '0' then
    limit.by = false
    log_look(limit)
  else
    made[algorithm] = made[algorithm] or other(algorithm)
    limit.by, limit.burst, limit.lease = made[algorithm], tonumber(ARGV[at + 4]), ARGV[at + 5]
    limit.by.look(limit)
    limit.room = math.floor(limit.by.left(limit) / limit.cost)
  end
  return math.max(0, limit.room)
end

-- Takes what the granted requests cost and answers, from this place on.
local function conclude(limit, granted, to)
  local by, cost = limit.by, limit.cost
  local take, after = by and by.take or log_take, by and by.after or log_after
  local receipt = asked > 0 and granted > 0 and take(limit, granted * cost, granted > 1 and ahead or 0) or 0
  local left = math.max(0, by and by.left(limit) or limit.limit - limit.live)
  local most = by and limit.burst > 0 and limit.burst or limit.limit
  local passes = granted == copies or left >= cost
  answers[to] = passes and 1 or 0
  answers[to + 1] = left
  answers[to + 2] = left == most and 0 or after(limit, left + 1)
  answers[to + 3] = passes and 0 or after(limit, cost)
  answers[to + 4] = receipt
end

-- The question with so many limits, from this key and these arguments on; answers from this place on.
local function decide(count, key, at, to)
  local granted = copies
  for i = 1, count do
    limits[i] = limits[i] or blank()
    granted = math.min(granted, look(limits[i], KEYS[key + i - 1], at + 6 * i - 6))
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
