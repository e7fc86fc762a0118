-- Writes fields of a session record that is a hash, with its time to live: where there is none yet, or where there is one.
-- KEYS[1]  the record's key
-- ARGV[1]  its time to live in ms
-- ARGV[2]  1: the record must be there; 0: it must not
-- ARGV[3…] names and values of the fields by turns
-- return   1; 0, and nothing is written, when the key is taken or the record is gone
if redis.call('EXISTS', KEYS[1]) ~= tonumber(ARGV[2]) then
    return 0
end
for i = 3, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
