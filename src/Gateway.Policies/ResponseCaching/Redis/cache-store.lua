-- Stores one variant of a URI, unless the URI was invalidated after its fetch began.
-- KEYS[1]  hash of the URI: field "void" = number of its last invalidation, "vary" = Vary lists, newest first, one a line,
--          every other field = one encoded entry, named by the hash of its variant
-- ARGV[1]  stamp of the entry: the latest purge known when its fetch began
-- ARGV[2]  field of the entry
-- ARGV[3]  the encoded entry
-- ARGV[4]  its Vary list: lower-case names, joined by commas; empty when it has none
-- ARGV[5]  how long it is of use, in milliseconds
-- ARGV[6]  most fields the hash may have
-- return   1 stored, 0 refused
local void = redis.call('HGET', KEYS[1], 'void')
if void and tonumber(void) > tonumber(ARGV[1]) then
  return 0
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[6]) and redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then
  redis.call('DEL', KEYS[1])
end
local lists = { ARGV[4] }
for list in string.gmatch((redis.call('HGET', KEYS[1], 'vary') or ''), '([^\n]*)\n') do
  if list ~= ARGV[4] and #lists < 8 then
    lists[#lists + 1] = list
  end
end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3], 'vary', table.concat(lists, '\n') .. '\n')
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[5]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
return 1
