use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use plinth_domain::UploadId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, uploads::UPLOAD_IN_USE};

/// The uploads that go through this process now: so many at once, and of each
/// no more than one request.
#[derive(Debug)]
pub(crate) struct UploadRoom {
    places: Arc<Semaphore>,
    busy: Mutex<HashSet<UploadId>>,
}

/// A place in the room, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    room: Arc<UploadRoom>,
    upload: UploadId,
    _permit: OwnedSemaphorePermit,
}

impl UploadRoom {
    pub(crate) fn new(places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
        Self { places, busy: Mutex::default() }
    }

    /// Takes a place for an upload. Nobody waits for one: the client's bytes
    /// would pile up on the way.
    pub(super) fn enter(self: &Arc<Self>, upload: UploadId) -> Result<Place, Error> {
        let permit = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if !busy.insert(upload) {
            return Err(Error::Conflict {
                code: UPLOAD_IN_USE,
                detail: "another request is writing to this upload".into(),
            });
        }
        Ok(Place { room: Arc::clone(self), upload, _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut busy = self.room.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.upload);
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_upload_takes_one_request_at_a_time_and_the_room_so_many() {
        let room = Arc::new(UploadRoom::new(2));
        let id = |n| Id::from_uuid(Uuid::from_u128(n));
        let first = room.enter(id(1)).unwrap();
        assert!(matches!(room.enter(id(1)), Err(Error::Conflict { .. })));
        let _second = room.enter(id(2)).unwrap();
        assert!(matches!(room.enter(id(3)), Err(Error::Busy)));
        drop(first);
        assert!(room.enter(id(1)).is_ok());
    }
}
