-- For the algorithms below, all but the sliding log.

-- A time to live that outlasts so many microseconds.
local function lifetime(microseconds)
  return math.ceil(microseconds / 1000) + margin
end

-- The table that is packed in a key; nil when there is none.
local function unpacked(value)
  if not value then
    return nil
  end
  local state = cmsgpack.unpack(value)
  return type(state) == 'table' and state or error('a key of a limit holds something else')
end
