-- Stores one variant of a URI, unless the URI was invalidated after its fetch began.
-- KEYS[1]  hash of the URI: field "void" = number of its last invalidation, "vary" = Vary lists, newest first, one a line, "bytes" = what
--          the entries take; every other field = one encoded entry, named by the hash of its variant, and under b and that name
--          where the entry's body lies, if it lies in chunks
-- ARGV[1]  stamp of the entry: the latest purge known when its fetch began
-- ARGV[2]  field of the entry
-- ARGV[3]  the encoded entry
-- ARGV[4]  its Vary list: lower-case names, joined by commas; empty when it has none
-- ARGV[5]  how long it is of use, in milliseconds
-- ARGV[6]  most entries the hash may have
-- ARGV[7]  most bytes the entries may take; past it all others go
-- ARGV[8]  where its body lies; empty: within the entry
-- return   nil: refused; else where the body of the entry lay that it replaced, empty: nowhere
local void = redis.call('HGET', KEYS[1], 'void')
if void and tonumber(void) > tonumber(ARGV[1]) then
  return false
end
local body = redis.call('HGET', KEYS[1], 'b' .. ARGV[2]) or ''
local bytes = tonumber(redis.call('HGET', KEYS[1], 'bytes') or 0) - redis.call('HSTRLEN', KEYS[1], ARGV[2]) + #ARGV[3]
local full = redis.call('HLEN', KEYS[1]) >= 2 * tonumber(ARGV[6]) and redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0
if full or bytes > tonumber(ARGV[7]) then
  redis.call('DEL', KEYS[1])
  bytes = #ARGV[3]
end
local lists = { ARGV[4] }
for list in string.gmatch((redis.call('HGET', KEYS[1], 'vary') or ''), '([^\n]*)\n') do
  if list ~= ARGV[4] and #lists < 8 then
    lists[#lists + 1] = list
  end
end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3], 'vary', table.concat(lists, '\n') .. '\n', 'bytes', bytes)
if ARGV[8] == '' then
  redis.call('HDEL', KEYS[1], 'b' .. ARGV[2])
else
  redis.call('HSET', KEYS[1], 'b' .. ARGV[2], ARGV[8])
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[5]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
return body
