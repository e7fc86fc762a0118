-- Creates a session record as a hash, with its time to live, unless the key is taken.
-- KEYS[1]  the record's key
-- ARGV[1]  its time to live in ms
-- ARGV[2…] names and values of its fields by turns
-- return   1 when it was created, 0 when the key is taken
if redis.call('EXISTS', KEYS[1]) == 1 then
    return 0
end
for i = 2, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
