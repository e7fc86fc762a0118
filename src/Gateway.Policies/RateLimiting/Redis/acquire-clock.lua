-- Decides questions, one after the other. A question takes permits of several limits for as many of several equal requests as pass;
-- each request takes its cost of every limit, or nothing of any. Questions of different requests come together only to travel together:
-- none changes another's answer but by the permits it takes. One script: this file, one per algorithm, and acquire.lua, in this order.
--
-- KEYS     the state of each limit of each question
-- ARGV[1]  how many questions; then for each question
--            how many limits
--            how many requests; 0 only looks, for one
--            until when after now the permits may be used, in microseconds: sliding windows stamp more than one request so
--          and for each of its limits
--            its algorithm (0 sliding log, 1 token bucket, 2 fixed window, 3 concurrency, 4 sliding sub-windows)
--            permits per window
--            window in microseconds
--            permits that one request takes
--            permits that a token bucket holds
--            the lease's name under concurrency
--
-- Returns for each question how many requests passed, then five integers per limit, about the last request when all passed, else about
-- the first that did not: 1 admitted or 0 denied; permits left; microseconds until more are left; microseconds until a retry passes (0
-- when admitted, -1 when never); the receipt for refund.lua (0 when nothing was taken). A question that cannot be decided is one error in
-- the place of all that.
--
-- Each algorithm has look (reads the state), left, take (writes it) and after(permits): microseconds until so many are left. A denial
-- writes nothing. State that lies further ahead of now than a window was written before the clock stepped back by more
-- than that: it is meaningless and begun anew.
-- Microseconds need 16 digits: tostring() would cut them to 14, hence string.format; below 2^53 they are exact.

local call = redis.call
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local now_text = string.format('%.0f', now)
local asked, ahead, copies -- of the question that is being decided
local margin = 1000
