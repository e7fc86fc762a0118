-- Safe sliding window: permits counted in sub-windows of a 64th of the window. Every sub-window that overlaps the window counts in
-- full, so no window sees more than the limit; a permit is held a sub-window too long at most. The state is packed: the sub-windows'
-- width in microseconds, the number of the newest, its permits, those of the one before it, and so on.
local function sliding_cells()
  local cells, first = 64, 3

  -- Puts permits that were taken at a moment, no earlier than those before, in front.
  local function add(state, moment, permits)
    local cell = math.max(math.floor(moment / state[1]), state[2])
    local shift = state[first] and cell - state[2] or 0
    local old = #state
    if shift > 2 * cells + 2 then
      for i = old, first, -1 do
        state[i] = nil
      end
    elseif shift > 0 then
      for i = old, first, -1 do
        state[i + shift] = state[i]
      end
      for i = first, first + shift - 1 do
        state[i] = 0
      end
    end
    state[2] = cell
    state[first] = (state[first] or 0) + permits
  end

  -- The limit was counted in a log so far, or with another window.
  local function convert(limit, old)
    local state = { limit.width, 0 }
    if old then
      for i = #old, first, -1 do
        add(state, (old[2] - i + first + 1) * old[1] - 1, old[i])
      end
    else
      local stamps = call('LRANGE', limit.key, 0, -1)
      for i = #stamps, 1, -1 do
        add(state, tonumber(stamps[i]), 1)
      end
    end
    return state
  end

  local function look(limit)
    limit.width = math.ceil(limit.window / cells)
    local value = redis.pcall('GET', limit.key)
    local state
    if type(value) == 'table' then
      state = convert(limit)
    else
      state = unpacked(value) or { limit.width, 0 }
      if state[1] ~= limit.width then
        state = convert(limit, state)
      end
    end
    if state[2] * limit.width > now + limit.window then
      state = { limit.width, 0 }
    end
    local oldest = math.floor((now - limit.window) / limit.width)
    local live = 0
    for i = #state, first, -1 do
      if state[2] - i + first < oldest then
        state[i] = nil
      else
        live = live + state[i]
      end
    end
    limit.live, limit.state = live, state
  end

  local function left(limit)
    return limit.limit - limit.live
  end

  local function take(limit, permits, later)
    local state = limit.state
    add(state, now + later, permits)
    local last = (state[2] + 1) * limit.width
    call('SET', limit.key, cmsgpack.pack(state), 'PX', lifetime(last + limit.window - now))
    limit.live = limit.live + permits
    return last - 1
  end

  local function after(limit, permits)
    if permits > limit.limit then
      return -1
    end
    local state, live = limit.state, limit.live
    for i = #state, first, -1 do
      live = live - state[i]
      if live <= limit.limit - permits then
        return (state[2] - i + first + 1) * limit.width + limit.window - now
      end
    end
    return 0
  end

  return { look = look, left = left, take = take, after = after }
end
