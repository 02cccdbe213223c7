use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::http::StatusCode;
use plinth_ports::TokenHash;
use tokio_util::sync::CancellationToken;

use crate::{config::StreamLimits, events::codes::STREAMS_TOO_MANY, problem::ApiError};

/// The open streams and sockets of this process.
#[derive(Clone)]
pub(crate) struct Streams {
    limits: StreamLimits,
    open: Arc<Mutex<Open>>,
    /// Cancelled when the server stops.
    ending: CancellationToken,
}

#[derive(Default)]
struct Open {
    total: usize,
    by_credential: HashMap<TokenHash, usize>,
}

/// The permission to hold one stream open; released on drop.
pub(crate) struct StreamSlot {
    open: Arc<Mutex<Open>>,
    credential: Option<TokenHash>,
}

impl Streams {
    pub(crate) fn new(limits: StreamLimits, ending: CancellationToken) -> Self {
        Self { limits, open: Arc::default(), ending }
    }

    /// Cancelled when all streams must end.
    pub(crate) const fn ending(&self) -> &CancellationToken {
        &self.ending
    }

    /// Takes a slot for a client whose credential is not known yet.
    pub(crate) fn enter(&self) -> Result<StreamSlot, ApiError> {
        let mut open = lock(&self.open);
        if open.total >= self.limits.total {
            return Err(full("the server has as many streams open as it can"));
        }
        open.total += 1;
        Ok(StreamSlot { open: Arc::clone(&self.open), credential: None })
    }

    /// Counts the slot against its credential's limit.
    pub(crate) fn claim(
        &self,
        slot: &mut StreamSlot,
        credential: TokenHash,
    ) -> Result<(), ApiError> {
        let mut open = lock(&self.open);
        let count = open.by_credential.entry(credential).or_default();
        if *count >= self.limits.per_credential {
            return Err(full("this credential has as many streams open as it may"));
        }
        *count += 1;
        slot.credential = Some(credential);
        Ok(())
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.total -= 1;
        let Some(credential) = self.credential else { return };
        if let Entry::Occupied(mut count) = open.by_credential.entry(credential) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

fn full(detail: &str) -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, STREAMS_TOO_MANY, detail).retry_after(5)
}
