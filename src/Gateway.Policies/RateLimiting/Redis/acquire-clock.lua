-- Takes permits of several limits for as many of several equal requests as pass; each request takes its cost of every limit, or
-- nothing of any. One script: this file, one per algorithm, and acquire.lua, in this order.
--
-- KEYS[i]      the state of limit i
-- ARGV[1]      how many requests; 0 only looks, for one
-- ARGV[2]      until when after now the permits may be used, in microseconds: sliding windows stamp more than one request so
-- ARGV[6i-3]   limit i: its algorithm (0 sliding log, 1 token bucket, 2 fixed window, 3 concurrency, 4 sliding sub-windows)
-- ARGV[6i-2]   permits per window
-- ARGV[6i-1]   window in microseconds
-- ARGV[6i]     permits that one request takes
-- ARGV[6i+1]   permits that a token bucket holds
-- ARGV[6i+2]   the lease's name under concurrency
--
-- Returns how many requests passed, then five integers per limit, about the last request when all passed, else about the first that
-- did not: 1 admitted or 0 denied; permits left; microseconds until more are left; microseconds until a retry passes (0 when admitted,
-- -1 when never); the receipt for refund.lua (0 when nothing was taken).
--
-- Each algorithm has look (reads the state), left, take (writes it) and after(permits): microseconds until so many are left. A denial
-- writes nothing. State that lies further ahead of now than a window was written before the clock stepped back by more
-- than that: it is meaningless and begun anew.
-- Microseconds need 16 digits: tostring() would cut them to 14, hence string.format; below 2^53 they are exact.

local call = redis.call
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local asked, ahead = tonumber(ARGV[1]), tonumber(ARGV[2])
local copies = math.max(asked, 1)
local margin = 1000
