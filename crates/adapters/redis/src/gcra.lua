-- The generic cell rate algorithm, on the clock of Redis, in microseconds.
-- KEYS[1]  the time at which the full allowance is available again
-- ARGV[1]  the time between two requests at the sustained rate
-- ARGV[2]  the burst: how many requests are allowed at once
-- ARGV[3]  how many requests are wanted; fewer may be allowed
-- ARGV[4]  how many requests of an earlier answer were not used
-- Returns the remaining requests, the time until the next one (0: it is allowed), and how many are
-- allowed.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1])) or now
-- After a jump of the clock, no request waits longer than for a whole burst.
full = math.min(full - each * tonumber(ARGV[4]), now + each * burst)
full = math.max(full, now)
local free = math.floor((each * burst - (full - now)) / each)
if free < 1 then
    if tonumber(ARGV[4]) > 0 then
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
    end
    return {0, full + each - each * burst - now, 0}
end
local taken = math.min(free, tonumber(ARGV[3]))
local next = full + each * taken
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {free - taken, 0, taken}
