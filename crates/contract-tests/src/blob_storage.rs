use std::{any::Any, ops::Deref, sync::Arc};

use plinth_ports::Blobs;

/// A storage under test with nothing in it.
pub struct BlobStorage {
    blobs: Arc<dyn Blobs>,
    /// Kept until the storage is dropped.
    _guard: Box<dyn Any + Send + Sync>,
}

impl BlobStorage {
    /// A storage that no other test uses.
    pub fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs, _guard: Box::new(()) }
    }

    /// Keeps `guard`, such as the folder of one test, until the test ends.
    #[must_use]
    pub fn keeping(self, guard: impl Any + Send + Sync) -> Self {
        Self { _guard: Box::new(guard), ..self }
    }
}

impl Deref for BlobStorage {
    type Target = dyn Blobs;

    fn deref(&self) -> &Self::Target {
        &*self.blobs
    }
}
