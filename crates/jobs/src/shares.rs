//! The places of one kind of job on one worker, which organizations share.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use plinth_domain::OrganizationId;

use crate::{JobContext, JobFailure};

/// How long a job that finds no place keeps its turn, so that it is not claimed again at once.
const PAUSE: Duration = Duration::from_secs(1);

/// The places: one organization has at most half of them, so that its slow jobs leave some to others.
#[derive(Debug)]
pub(crate) struct Shares {
    at_once: usize,
    running: Mutex<HashMap<OrganizationId, usize>>,
}

/// A place of an organization; dropping it frees it.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    shares: &'a Shares,
    organization: OrganizationId,
}

/// The job was not run, and nothing is wrong.
#[derive(Debug, thiserror::Error)]
#[error("the job waits for a place")]
struct NoPlace;

impl Shares {
    pub(crate) fn of(at_once: usize) -> Self {
        Self { at_once, running: Mutex::default() }
    }

    /// All places.
    pub(crate) const fn at_once(&self) -> usize {
        self.at_once
    }

    /// A place for an organization; `None` when it has its half.
    pub(crate) fn enter(&self, organization: OrganizationId) -> Option<Place<'_>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let own = running.entry(organization).or_default();
        if *own >= self.at_once.div_ceil(2) {
            return None;
        }
        *own += 1;
        Some(Place { shares: self, organization })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut running = self.shares.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = running.get_mut(&self.organization) {
            *own -= 1;
            if *own == 0 {
                running.remove(&self.organization);
            }
        }
    }
}

/// Waits for a moment, and gives the job back. The attempt does not count.
pub(crate) async fn without_place(ctx: &JobContext) -> JobFailure {
    tokio::select! {
        () = tokio::time::sleep(PAUSE) => {}
        () = ctx.cancelled().cancelled() => {}
    }
    JobFailure::Busy(NoPlace.into())
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_organization_has_at_most_half_of_the_places() {
        let shares = Shares::of(4);
        let [one, other] = [1, 2].map(|n| Id::from_uuid(Uuid::from_u128(n)));
        let own: Vec<_> = std::iter::from_fn(|| shares.enter(one)).collect();
        assert_eq!(own.len(), 2);
        assert!(shares.enter(other).is_some(), "the other half is left");
        drop(own);
        assert!(shares.enter(one).is_some());
        assert!(Shares::of(1).enter(one).is_some(), "one place is not divided");
    }
}
