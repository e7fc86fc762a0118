-- Adds an event to the gateways' stream, which keeps about the latest ARGV[2] and ends after a long silence.
-- KEYS[1]  the stream
-- ARGV[1]  its time to live in ms
-- ARGV[2]  how many events it keeps, roughly
-- ARGV[3…] names and values of the event by turns
-- return   the event's id
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return id
