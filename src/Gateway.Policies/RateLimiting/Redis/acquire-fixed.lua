-- Fixed window: windows begin at multiples of their length since 1970. The state is packed: when the window began, its length, the
-- permits taken in it.
local function fixed_window()
  local function look(limit)
    limit.start, limit.taken = now - now % limit.window, 0
    local state = unpacked(call('GET', limit.key))
    if not state or state[1] > now + limit.window then
      return
    end
    if state[1] > limit.start and state[2] == limit.window then
      limit.start = state[1]
    end
    -- Of a window with another length, edited since, everything counts that may lie in this one.
    if state[1] + state[2] > limit.start then
      limit.taken = state[3]
    end
  end

  local function left(limit)
    return limit.limit - limit.taken
  end

  local function take(limit, permits)
    limit.taken = limit.taken + permits
    local state = cmsgpack.pack({ limit.start, limit.window, limit.taken })
    call('SET', limit.key, state, 'PX', lifetime(limit.start + limit.window - now))
    return limit.start
  end

  local function after(limit, permits)
    return permits > limit.limit and -1 or limit.start + limit.window - now
  end

  return { look = look, left = left, take = take, after = after }
end
