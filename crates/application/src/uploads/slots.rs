use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use plinth_domain::UploadId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, uploads::UPLOAD_IN_USE};

/// The uploads that this process currently receives, at most one request for each.
#[derive(Debug)]
pub(crate) struct UploadSlots {
    free: Arc<Semaphore>,
    busy: Mutex<HashSet<UploadId>>,
}

/// The permission to run one upload; dropping it frees the slot.
#[derive(Debug)]
pub(super) struct UploadSlot {
    slots: Arc<UploadSlots>,
    upload: UploadId,
    _permit: OwnedSemaphorePermit,
}

impl UploadSlots {
    pub(crate) fn new(slots: usize) -> Self {
        let free = Arc::new(Semaphore::new(slots.min(Semaphore::MAX_PERMITS)));
        Self { free, busy: Mutex::default() }
    }

    /// Takes a slot for an upload. It does not wait for a free one: the client's bytes would
    /// accumulate in buffers.
    pub(super) fn enter(self: &Arc<Self>, upload: UploadId) -> Result<UploadSlot, Error> {
        let permit = Arc::clone(&self.free).try_acquire_owned().map_err(|_| Error::Busy)?;
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if !busy.insert(upload) {
            return Err(Error::Conflict {
                code: UPLOAD_IN_USE,
                detail: "another request is writing to this upload".into(),
            });
        }
        Ok(UploadSlot { slots: Arc::clone(self), upload, _permit: permit })
    }
}

impl Drop for UploadSlot {
    fn drop(&mut self) {
        let mut busy = self.slots.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.upload);
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_upload_takes_one_request_at_a_time_and_the_process_as_many_uploads_as_it_has_slots() {
        let slots = Arc::new(UploadSlots::new(2));
        let id = |n| Id::from_uuid(Uuid::from_u128(n));
        let first = slots.enter(id(1)).unwrap();
        assert!(matches!(slots.enter(id(1)), Err(Error::Conflict { .. })));
        let _second = slots.enter(id(2)).unwrap();
        assert!(matches!(slots.enter(id(3)), Err(Error::Busy)));
        drop(first);
        assert!(slots.enter(id(1)).is_ok());
    }
}
