//! The objects beside the blobs: the record of the owner, and probes.

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use plinth_ports::{Result, StoreError};
use uuid::Uuid;

use crate::error::{of_objects, present};

/// The object with the identity of the database that owns the storage.
const OWNER: &str = "plinth-owner";
/// The folder of probes.
const PROBES: &str = "plinth-probe";
/// The content of a probe.
const PROBE: &[u8] = b"written by `plinth doctor`, and removed again";

/// Whether it is no blob.
pub(crate) fn is_beside(path: &Path) -> bool {
    *path == Path::from(OWNER) || path.prefix_matches(&Path::from(PROBES))
}

/// The identity of the owner.
pub(crate) async fn read(store: &impl ObjectStore) -> Result<Option<String>> {
    let Some(found) = present(store.get(&Path::from(OWNER)).await)? else { return Ok(None) };
    let bytes = found.bytes().await.map_err(of_objects)?;
    Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned()))
}

/// Records the owner.
pub(crate) async fn write(store: &impl ObjectStore, identity: &str) -> Result<()> {
    let bytes = Bytes::from(format!("{identity}\n"));
    store.put(&Path::from(OWNER), bytes.into()).await.map(drop).map_err(of_objects)
}

/// Writes an object at once and another one in parts, reads both, a range of them, too, lists and
/// removes them. They are removed even if they cannot be read.
pub(crate) async fn probe(store: &impl ObjectStore, id: Uuid) -> Result<()> {
    let probes = Path::from(PROBES);
    let (whole, parts) = (probes.clone().join(id.to_string()), probes.join(format!("{id}-parts")));
    store.put(&whole, Bytes::from_static(PROBE).into()).await.map_err(of_objects)?;
    let found = read_back(store, &whole).await;
    store.delete(&whole).await.map_err(of_objects)?;
    found?;
    write_parts(store, &parts).await?;
    let found = read_back(store, &parts).await;
    store.delete(&parts).await.map_err(of_objects)?;
    found
}

/// An upload of one part, as large files are stored.
async fn write_parts(store: &impl ObjectStore, path: &Path) -> Result<()> {
    let mut upload = store.put_multipart(path).await.map_err(of_objects)?;
    let written = async {
        upload.put_part(Bytes::from_static(PROBE).into()).await?;
        upload.complete().await
    };
    let written = written.await;
    if written.is_err() {
        // The first error says more.
        let _ = upload.abort().await;
    }
    written.map(drop).map_err(of_objects)
}

async fn read_back(store: &impl ObjectStore, path: &Path) -> Result<()> {
    let found = store.get(path).await.map_err(of_objects)?;
    if found.bytes().await.map_err(of_objects)? != PROBE {
        return Err(StoreError::Other("what was read is not what was written".into()));
    }
    let part = store.get_range(path, 1..8).await.map_err(of_objects)?;
    if part != PROBE[1..8] {
        return Err(StoreError::Other("a range that was read is not what was written".into()));
    }
    let listed = store.list(Some(&Path::from(PROBES))).try_collect::<Vec<_>>().await;
    if listed.map_err(of_objects)?.iter().any(|meta| meta.location == *path) {
        Ok(())
    } else {
        Err(StoreError::Other("what was written is not listed".into()))
    }
}
