//! How fast each organization sends and receives the bytes of files through this process.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use plinth_domain::OrganizationId;
use tokio::time::{Instant, sleep_until};

/// How far an organization may be ahead of its rate.
const BURST: Duration = Duration::from_millis(250);

/// How long bytes wait at most. It is much shorter than the timeout of a request: of more transfers
/// at once, each is slow, and none fails.
const LONGEST: Duration = Duration::from_secs(5);

/// The rate of each organization, over all its transfers (a generic cell rate algorithm, ITU-T
/// I.371).
#[derive(Debug)]
pub(crate) struct Transfers {
    bytes_per_second: u64,
    /// When the bytes so far will have passed at the rate.
    passed: Mutex<HashMap<OrganizationId, Instant>>,
}

impl Transfers {
    pub(crate) fn new(bytes_per_second: u64) -> Self {
        Self { bytes_per_second: bytes_per_second.max(1), passed: Mutex::default() }
    }

    /// Counts bytes, and waits until the rate of the organization allows them.
    pub(crate) async fn count(&self, organization: OrganizationId, bytes: usize) {
        sleep_until(self.add(organization, bytes)).await;
    }

    /// Counts bytes, and returns when the rate of the organization allows them.
    pub(crate) fn add(&self, organization: OrganizationId, bytes: usize) -> Instant {
        let now = Instant::now();
        let nanoseconds = bytes as u128 * 1_000_000_000 / u128::from(self.bytes_per_second);
        let time = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX));
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        if !passed.contains_key(&organization) {
            passed.retain(|_, at| *at > now);
        }
        let at = passed.entry(organization).or_insert(now);
        *at = ((*at).max(now) + time).min(now + LONGEST);
        (*at).checked_sub(BURST).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> OrganizationId {
        Id::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn the_transfers_of_an_organization_share_its_rate_and_slow_no_other_one() {
        let (transfers, begun) = (Transfers::new(1000), Instant::now());
        let seconds = |organization| {
            let ready = transfers.add(organization, 1000) + BURST;
            (ready - begun).as_secs()
        };
        assert_eq!([seconds(id(1)), seconds(id(1)), seconds(id(2)), seconds(id(1))], [1, 2, 1, 3]);
        for _ in 0..1000 {
            assert!(seconds(id(1)) <= 5, "no transfer waits for so long that its request fails");
        }
    }

    #[tokio::test]
    async fn more_than_the_rate_waits_and_nothing_is_kept_of_those_who_left() {
        let (transfers, begun) = (Transfers::new(1000), Instant::now());
        transfers.count(id(1), 250).await;
        assert!(begun.elapsed() < Duration::from_millis(50));
        transfers.count(id(1), 100).await;
        assert!(begun.elapsed() >= Duration::from_millis(100));
        sleep_until(begun + Duration::from_millis(400)).await;
        transfers.count(id(2), 1).await;
        assert_eq!(transfers.passed.lock().unwrap().len(), 1);
    }
}
