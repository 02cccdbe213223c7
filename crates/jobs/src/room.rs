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

/// The kinds with a limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// Those whose limit is not reached.
    pub(crate) kinds: Vec<&'static str>,
    /// Those at their limit.
    pub(crate) closed: Vec<&'static str>,
    /// How many jobs of any of `kinds` fit.
    pub(crate) room: usize,
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

    /// Which kinds with a limit have room now.
    pub(crate) fn open(&self) -> Open {
        let mut open = Open { kinds: Vec::new(), closed: Vec::new(), room: usize::MAX };
        for (kind, room) in &self.limited {
            match room.available_permits() {
                0 => open.closed.push(*kind),
                free => {
                    open.kinds.push(*kind);
                    open.room = open.room.min(free);
                }
            }
        }
        if open.kinds.is_empty() {
            open.room = 0;
        }
        open
    }

    /// Takes the room for a claimed job; `None` for a kind without a limit. Dropping it frees the
    /// room.
    pub(crate) fn take(&self, kind: &str) -> Option<OwnedSemaphorePermit> {
        let (_, room) = self.limited.iter().find(|(limited, _)| *limited == kind)?;
        Arc::clone(room).try_acquire_owned().ok()
    }

    /// Waits until one of these kinds has room; for ever without a kind.
    pub(crate) async fn freed(&self, kinds: &[&'static str]) {
        let named = self.limited.iter().filter(|(kind, _)| kinds.contains(kind));
        let waits: Vec<_> = named.map(|(_, room)| Box::pin(room.acquire())).collect();
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
        let open = |free| Open { kinds: vec!["few"], closed: vec![], room: free };
        assert_eq!(room.unlimited(), ["many"]);
        assert_eq!(room.open(), open(2));
        assert!(room.take("many").is_none());
        let (one, other) = (room.take("few"), room.take("few"));
        assert_eq!(room.open(), Open { kinds: vec![], closed: vec!["few"], room: 0 });
        assert!(room.freed(&["few"]).now_or_never().is_none());
        drop(one);
        assert_eq!(room.open(), open(1));
        assert!(room.freed(&["few"]).now_or_never().is_some());
        assert!(room.freed(&[]).now_or_never().is_none());
        drop(other);
        assert_eq!(room.open(), open(2));
    }
}
