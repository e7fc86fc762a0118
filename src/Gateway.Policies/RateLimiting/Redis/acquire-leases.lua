-- Concurrency: a sorted set with a member per permit in use, named "lease:n", scored by when it lapses unless renew.lua comes first.
local function concurrency()
  local estimate, chunk = 1000000, 500

  local function look(limit)
    limit.live = call('ZCOUNT', limit.key, string.format('(%.0f', now), '+inf')
  end

  local function left(limit)
    return limit.limit - limit.live
  end

  local function take(limit, permits)
    local lapse = string.format('%.0f', now + limit.window)
    call('ZREMRANGEBYSCORE', limit.key, '-inf', string.format('%.0f', now))
    local members = {}
    for i = 1, permits do
      members[2 * i - 1], members[2 * i] = lapse, limit.lease .. ':' .. i
    end
    for from = 1, #members, 2 * chunk do
      call('ZADD', limit.key, unpack(members, from, math.min(from + 2 * chunk - 1, #members)))
    end
    call('PEXPIRE', limit.key, lifetime(limit.window))
    limit.live = limit.live + permits
    return tonumber(limit.lease)
  end

  -- Nobody knows when a request ends.
  local function after(limit, permits)
    return permits > limit.limit and -1 or estimate
  end

  return { look = look, left = left, take = take, after = after }
end
