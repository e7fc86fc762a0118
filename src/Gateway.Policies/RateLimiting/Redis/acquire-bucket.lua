-- Token bucket (GCRA): the state is when the bucket will be full again, packed: whole microseconds and a remainder in parts of
-- 1/limit microsecond, which makes every sum exact, then the limit, the window and the burst that it was computed with.
local function token_bucket()
  -- How long n permits take to refill. n * (window % limit) stays below 2^53: a rule bounds limit * burst.
  local function span(limit, n)
    local rest = n * (limit.window % limit.limit)
    return n * math.floor(limit.window / limit.limit) + math.floor(rest / limit.limit), rest % limit.limit
  end

  -- (q, r) minus (p, s), the remainders in parts of 1/limit.
  local function minus(limit, q, r, p, s)
    if r < s then
      return q - p - 1, r + limit.limit - s
    end
    return q - p, r - s
  end

  -- How many whole permits refill in (q, r).
  local function permits_in(limit, q, r)
    local n = math.max(0, math.floor((q + r / limit.limit) / limit.window * limit.limit) + 1)
    while n > 0 do
      local p, s = span(limit, n)
      if p < q or p == q and s <= r then
        break
      end
      n = n - 1
    end
    return n
  end

  -- Edited since: the permits that are missing now, a part of one as a whole, take the time that they take by the new rate.
  local function convert(limit, q, r, state)
    local old = { limit = state[3], window = state[4] }
    local missing = permits_in(old, q, r)
    local p, s = span(old, missing)
    return span(limit, math.min((p < q or s < r) and missing + 1 or missing, limit.burst))
  end

  -- How long until the bucket is full: 0 when it is.
  local function look(limit)
    limit.q, limit.r = 0, 0
    local state = unpacked(call('GET', limit.key))
    if not state or state[1] < now then
      return
    end
    local q, r = state[1] - now, state[2]
    if state[3] ~= limit.limit or state[4] ~= limit.window then
      q, r = convert(limit, q, r, state)
    end
    -- Further ahead than an empty bucket of the burst that permits were taken with, by a window: the clock stepped back.
    if q <= span(limit, math.max(limit.burst, state[5] or 0)) + limit.window then
      limit.q, limit.r = q, r
    end
  end

  local function left(limit)
    local q, r = span(limit, limit.burst)
    return permits_in(limit, minus(limit, q, r, limit.q, limit.r))
  end

  local function take(limit, permits)
    local q, r = span(limit, permits)
    q, r = q + limit.q, r + limit.r
    if r >= limit.limit then
      q, r = q + 1, r - limit.limit
    end
    limit.q, limit.r = q, r
    call('SET', limit.key, cmsgpack.pack({ now + q, r, limit.limit, limit.window, limit.burst }), 'PX', lifetime(q))
    return now
  end

  local function after(limit, permits)
    if permits > limit.burst then
      return -1
    end
    local q, r = span(limit, limit.burst - permits)
    q, r = minus(limit, limit.q, limit.r, q, r)
    return r > 0 and q + 1 or q
  end

  return { look = look, left = left, take = take, after = after }
end
