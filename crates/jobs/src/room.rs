//! The room of one worker for jobs of kinds that have a limit of their own.

use std::{future::pending, sync::Arc};

use futures::future::select_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Which kinds may be claimed.
pub(crate) struct Room {
    /// The kinds without a limit.
    unlimited: Vec<&'static str>,
    limited: Vec<(&'static str, Arc<Semaphore>)>,
}

impl Room {
    pub(crate) fn new(kinds: Vec<(&'static str, Option<usize>)>) -> Self {
        let mut room = Self { unlimited: Vec::new(), limited: Vec::new() };
        for (kind, limit) in kinds {
            match limit {
                None => room.unlimited.push(kind),
                Some(limit) => room.limited.push((kind, Arc::new(Semaphore::new(limit.max(1))))),
            }
        }
        room
    }

    /// The kinds without a limit.
    pub(crate) fn unlimited(&self) -> &[&'static str] {
        &self.unlimited
    }

    /// The kinds with a limit that is not reached, and how many jobs of any of them fit.
    pub(crate) fn open(&self) -> (Vec<&'static str>, usize) {
        let free = |(kind, room): &(&'static str, Arc<Semaphore>)| {
            let free = room.available_permits();
            (free > 0).then_some((*kind, free))
        };
        let open: Vec<_> = self.limited.iter().filter_map(free).collect();
        let least = open.iter().map(|(_, free)| *free).min().unwrap_or(0);
        (open.into_iter().map(|(kind, _)| kind).collect(), least)
    }

    /// Takes the room for a claimed job; `None` for a kind without a limit. Dropping it frees the
    /// room.
    pub(crate) fn take(&self, kind: &str) -> Option<OwnedSemaphorePermit> {
        let (_, room) = self.limited.iter().find(|(limited, _)| *limited == kind)?;
        Arc::clone(room).try_acquire_owned().ok()
    }

    /// Waits until a kind that is at its limit now has room again.
    pub(crate) async fn freed(&self) {
        let full = self.limited.iter().filter(|(_, room)| room.available_permits() == 0);
        let waits: Vec<_> = full.map(|(_, room)| Box::pin(room.acquire())).collect();
        if waits.is_empty() {
            return pending().await;
        }
        drop(select_all(waits).await);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_kind_at_its_limit_is_closed_until_a_job_of_it_has_ended() {
        let room = Room::new(vec![("many", None), ("few", Some(2))]);
        assert_eq!(room.unlimited(), ["many"]);
        assert_eq!(room.open(), (vec!["few"], 2));
        assert!(room.take("many").is_none());
        let (one, other) = (room.take("few"), room.take("few"));
        assert_eq!(room.open(), (vec![], 0));
        assert!(room.freed().now_or_never().is_none());
        drop(one);
        assert_eq!(room.open(), (vec!["few"], 1));
        drop(other);
        assert_eq!(room.open(), (vec!["few"], 2));
    }
}
