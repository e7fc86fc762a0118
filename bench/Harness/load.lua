-- A wrk script: each request carries a key out of KEYS and a session token out of SESSIONS (0: the field is left out) and asks for a
-- path out of PATHS ("%d" in the URL's path is replaced), drawn evenly, or one after the other from FROM on; of a hundred requests HOT
-- carry the same key besides. Ends with one line of JSON.
-- Arguments: KEYS SESSIONS PATHS SEED FROM (0: drawn) HOT
local keys, sessions, paths, from, hot, plain

function setup(thread)
  thread:set("id", 1)
end

function init(args)
  keys, sessions, paths, from, hot = tonumber(args[1]), tonumber(args[2]), tonumber(args[3]), tonumber(args[5]), tonumber(args[6])
  math.randomseed(tonumber(args[4]))
  if keys <= 1 and sessions <= 1 and paths <= 1 then
    plain = build()
  end
end

local function pick(count)
  return from > 0 and (from - 1) % count + 1 or math.random(count)
end

function build()
  local path = wrk.path
  if paths > 0 then
    path = string.gsub(path, "%%d", tostring(pick(paths)))
  end
  local head = "GET " .. path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n"
  if keys > 0 then
    local key = hot > 0 and math.random(100) <= hot and "hot" or "k" .. pick(keys)
    head = head .. "X-Key: " .. key .. "\r\n"
  end
  if sessions > 0 then
    head = head .. "Authorization: Bearer bench-session-" .. string.format("%06d", pick(sessions)) .. "\r\n"
  end
  if from > 0 then
    from = from + 1
  end
  return head .. "\r\n"
end

function request()
  return plain or build()
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"status":%d,"socket":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
