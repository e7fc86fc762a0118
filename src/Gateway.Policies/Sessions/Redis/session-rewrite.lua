-- Replaces a session record that is still what it was when it was read.
-- KEYS[1]  the record's key
-- ARGV[1]  its new time to live in ms
-- ARGV[2]  what it was
-- ARGV[3]  what it becomes
-- return   1 when it was replaced, 0 when it is gone or was changed
if redis.call('GET', KEYS[1]) ~= ARGV[2] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[1])
return 1
