//! Redis: rate limits, signals between processes, leaderboards.
