-- The generic cell rate algorithm, on the clock of Redis, in microseconds.
-- KEYS[1]  holds when the full allowance will be back
-- ARGV[1]  how long until one request comes back
-- ARGV[2]  how many requests fit at once
-- Answers how many more fit now, and how long until one does (0: this one did).
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1])) or now
-- Whatever became of the clock, nobody waits for more than a whole burst.
full = math.min(math.max(full, now), now + each * burst)
local next = full + each
local wait = next - each * burst - now
if wait > 0 then
    return {0, wait}
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {math.floor((each * burst - (next - now)) / each), 0}
