-- Removes every variant of a URI. A number stays behind for a while, so that a fetch that began before cannot store its response.
-- KEYS[1]  hash of the URI
-- ARGV[1]  the latest purge the gateway knows of
-- ARGV[2]  how long the number stays, in milliseconds: longer than any fetch
-- return   pairs of a variant's field and where its body lies, for bodies in chunks
local time = redis.call('TIME')
local void = math.max(time[1] * 1000000 + time[2], tonumber(ARGV[1]) + 1)
local bodies = {}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if #field == 65 then
    bodies[#bodies + 1] = string.sub(field, 2)
    bodies[#bodies + 1] = redis.call('HGET', KEYS[1], field)
  end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'void', string.format('%.0f', void))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return bodies
