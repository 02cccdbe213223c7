//! The operations of the port that work the same on every `object_store`.

use std::ops::Range;

use bytes::Bytes;
use chrono::SubsecRound;
use futures::{StreamExt, TryStreamExt, future::ready, stream::BoxStream};
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, path::Path};
use plinth_domain::{BlobKey, BlobLocation, OrganizationId, UploadId};
use plinth_ports::{BlobInfo, ByteStream, Result};

use crate::{
    error::{of_objects, present},
    owner,
};

/// The path of a key. Keys consist of ids, which need no escaping.
pub(crate) fn path(key: &BlobKey) -> Path {
    Path::from(key.to_string())
}

/// The port's description of an object.
pub(crate) fn info(meta: ObjectMeta) -> BlobInfo {
    BlobInfo {
        key: meta.location.into(),
        size: meta.size,
        modified: meta.last_modified.trunc_subsecs(6),
    }
}

/// Stores a blob.
pub(crate) async fn put(store: &impl ObjectStore, key: &BlobKey, bytes: Bytes) -> Result<()> {
    store.put(&path(key), bytes.into()).await.map(drop).map_err(of_objects)
}

/// Finds a blob.
pub(crate) async fn find(store: &impl ObjectStore, key: &BlobKey) -> Result<Option<BlobInfo>> {
    present(store.head(&path(key)).await.map(info))
}

/// Reads a blob or a range of it.
pub(crate) async fn read(
    store: &impl ObjectStore,
    key: &BlobKey,
    range: Option<Range<u64>>,
) -> Result<Option<ByteStream>> {
    let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
    let found = present(store.get_opts(&path(key), options).await)?;
    Ok(found.map(|found| found.into_stream().map_err(of_objects).boxed()))
}

/// Removes a blob.
pub(crate) async fn remove(store: &impl ObjectStore, key: &BlobKey) -> Result<()> {
    present(store.delete(&path(key)).await).map(drop)
}

/// Removes every tail of an upload.
pub(crate) async fn remove_tails(
    store: &impl ObjectStore,
    organization: OrganizationId,
    upload: UploadId,
) -> Result<()> {
    let mut listed = store.list(Some(&tails(organization, upload)));
    while let Some(tail) = listed.try_next().await.map_err(of_objects)? {
        present(store.delete(&tail.location).await)?;
    }
    Ok(())
}

/// The folder of an upload's tails.
pub(crate) fn tails(organization: OrganizationId, upload: UploadId) -> Path {
    let any = path(&BlobKey::new(organization, BlobLocation::Tail(upload, 0)));
    let parts = any.parts().count().saturating_sub(1);
    any.parts().take(parts).collect()
}

/// Lists every blob, or those of one organization.
pub(crate) fn list(
    store: &impl ObjectStore,
    organization: Option<OrganizationId>,
) -> BoxStream<'static, Result<BlobInfo>> {
    let prefix = organization.map(|organization| Path::from(format!("org/{organization}")));
    let listed =
        store.list(prefix.as_ref()).try_filter(|meta| ready(!owner::is_beside(&meta.location)));
    listed.map_ok(info).map_err(of_objects).boxed()
}
