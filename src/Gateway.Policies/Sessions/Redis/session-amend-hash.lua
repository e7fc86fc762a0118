-- Writes fields of an existing session record that is a hash.
-- KEYS[1]  the record's key
-- ARGV[1]  its new time to live in ms
-- ARGV[2…] names and values of the fields by turns
-- return   1, 0 when the record is gone
if redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
end
for i = 2, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
