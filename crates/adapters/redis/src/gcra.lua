-- The generic cell rate algorithm, on the clock of Redis, in microseconds.
-- KEYS[1]  the time at which the full allowance is available again
-- ARGV[1]  the time between two requests at the sustained rate
-- ARGV[2]  the burst: how many requests are allowed at once
-- Returns the remaining requests, and the time until the next one (0: this one was allowed).
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1])) or now
-- After a jump of the clock, no request waits longer than for a whole burst.
full = math.min(math.max(full, now), now + each * burst)
local next = full + each
local wait = next - each * burst - now
if wait > 0 then
    return {0, wait}
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {math.floor((each * burst - (next - now)) / each), 0}
