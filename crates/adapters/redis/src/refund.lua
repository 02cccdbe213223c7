-- Takes back one request that gcra.lua counted.
-- KEYS[1]  the time at which the full allowance is available again
-- ARGV[1]  the time between two requests at the sustained rate
local full = tonumber(redis.call('GET', KEYS[1]))
if not full then
    return
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local next = full - tonumber(ARGV[1])
if next <= now then
    redis.call('DEL', KEYS[1])
else
    redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
end
