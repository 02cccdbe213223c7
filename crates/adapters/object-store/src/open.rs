use std::{path::PathBuf, sync::Arc};

use plinth_ports::{Blobs, Health, Ids, Result, StorageOwner};

use crate::{LocalBlobs, S3Blobs, S3Options};

/// The backend that stores blobs.
#[derive(Debug, Clone)]
pub enum StorageBackend {
    /// A folder, created if it is missing.
    Local(PathBuf),
    /// An existing bucket of an S3-compatible service.
    S3(Box<S3Options>),
}

/// An open storage and its health check.
#[derive(Clone)]
pub struct Opened {
    /// The storage.
    pub blobs: Arc<dyn Blobs>,
    /// Checks the same storage with a small request.
    pub health: Arc<dyn Health>,
    /// The record of the database that owns the same storage.
    pub owner: Arc<dyn StorageOwner>,
}

/// Opens the storage of a backend. `ids` name the uploads of a folder.
///
/// # Errors
/// When the folder cannot be created, or the options of the service are invalid.
pub async fn open(backend: StorageBackend, ids: Arc<dyn Ids>) -> Result<Opened> {
    Ok(match backend {
        StorageBackend::Local(folder) => opened(LocalBlobs::open(folder, ids).await?),
        StorageBackend::S3(options) => opened(S3Blobs::new(&options)?),
    })
}

fn opened(storage: impl Blobs + Health + StorageOwner + 'static) -> Opened {
    let storage = Arc::new(storage);
    Opened { blobs: storage.clone(), health: storage.clone(), owner: storage }
}
