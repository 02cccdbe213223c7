use std::{path::PathBuf, sync::Arc};

use plinth_ports::{Blobs, Health, Ids, Result};

use crate::{LocalBlobs, S3Blobs, S3Options};

/// Where blobs are kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder, which is created when it is missing.
    Local(PathBuf),
    /// A bucket, which is not.
    S3(Box<S3Options>),
}

/// A storage, and whether it is there.
#[derive(Clone)]
pub struct Opened {
    /// The storage.
    pub blobs: Arc<dyn Blobs>,
    /// Asks it something small.
    pub health: Arc<dyn Health>,
}

/// The blobs of a place.
pub async fn open(place: Place, ids: Arc<dyn Ids>) -> Result<Opened> {
    Ok(match place {
        Place::Local(folder) => opened(LocalBlobs::open(folder, ids).await?),
        Place::S3(options) => opened(S3Blobs::new(&options)?),
    })
}

fn opened(storage: impl Blobs + Health + 'static) -> Opened {
    let storage = Arc::new(storage);
    Opened { blobs: storage.clone(), health: storage }
}
