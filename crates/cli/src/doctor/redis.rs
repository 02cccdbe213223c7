//! Redis: reachable, and new enough.

use plinth_settings::{ExposeSecret, Redis};

use super::{TIMEOUT, report::Report};
use crate::failure::chain;

pub(crate) const REMEDY: &str = "start it, or correct or unset PLINTH_REDIS__URL (or REDIS_URL)";

const NAME: &str = "redis";
/// Older versions lack `ZADD GT`, which keeps the higher of two scores.
const OLDEST: (u32, u32) = (6, 2);

/// Checks the configured Redis.
pub(super) async fn check(redis: &Redis, report: &mut Report) {
    Report::section("Redis");
    let Some(url) = &redis.url else {
        let finding = "not set: limits and caches are kept in the one process that serves";
        return report.good(NAME, finding);
    };
    match plinth_bootstrap::probe_redis(url.expose_secret(), TIMEOUT).await {
        Ok(None) => report.good(NAME, "it answers PING (this login may not read its version)"),
        Ok(Some(version)) if is_new_enough(&version) => {
            report.good(NAME, &format!("it answers PING: version {version}"));
        }
        Ok(Some(version)) => report.bad(
            NAME,
            &format!("version {version} is too old"),
            &format!("use Redis {}.{} or newer", OLDEST.0, OLDEST.1),
        ),
        Err(error) => report.bad(NAME, &format!("no PONG: {}", chain(&error)), REMEDY),
    }
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= OLDEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_compared_by_its_numbers() {
        for new in ["6.2.0", "7.0.15", "10.0.1", "255.255.255"] {
            assert!(is_new_enough(new), "{new}");
        }
        for old in ["6.0.16", "5.9.9", "3.2", ""] {
            assert!(!is_new_enough(old), "{old}");
        }
    }
}
