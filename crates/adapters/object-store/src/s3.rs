//! Blobs in a bucket of an S3-compatible service.

mod options;
mod part_url;

use std::{ops::Range, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{TryStreamExt, stream::BoxStream};
use object_store::{
    ObjectStore,
    aws::AmazonS3,
    multipart::{MultipartStore, PartId},
    path::Path,
    signer::{Method, SignedUrlOptions, Signer},
};
use plinth_domain::{BlobKey, OrganizationId, UploadId};
use plinth_ports::{
    BlobInfo, Blobs, ByteStream, Disposition, Down, Health, MultipartId, PartReceipt, PresignedUrl,
    Result, StorageOwner,
};
use uuid::Uuid;

use crate::{
    error::{late, of_objects, of_parts, present},
    objects::{self, path},
    owner,
};
use part_url::PartUrl;

pub use options::{Checksum, S3Credentials, S3Options};

/// The timeout of a health check.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);

/// The timeout for combining the parts of an upload: a service copies gigabytes meanwhile. No
/// request waits for it.
const COMPLETE_TIMEOUT: Duration = Duration::from_mins(5);

/// Blobs in a bucket of an S3-compatible service.
///
/// A multipart upload that is never aborted stays in the bucket, invisible and billed. Give the
/// bucket a lifecycle rule that removes incomplete uploads.
#[derive(Clone)]
pub struct S3Blobs {
    store: AmazonS3,
    /// The same bucket at its public endpoint, for presigned URLs.
    public: AmazonS3,
    region: String,
    checksum: Checksum,
}

impl S3Blobs {
    /// The blobs in the bucket of `options`. No request is sent yet.
    pub fn new(options: &S3Options) -> Result<Self> {
        let store = options.store()?;
        let public = options.public_store(store.credentials())?;
        Ok(Self { store, public, region: options.region.clone(), checksum: options.checksum })
    }

    async fn presign(
        &self,
        method: Method,
        key: &BlobKey,
        options: SignedUrlOptions,
        ttl: Duration,
    ) -> Result<Option<PresignedUrl>> {
        let path = path(key);
        let signed = self.public.signed_url_opts(method, &path, ttl, &options);
        // The credentials may have to be fetched first.
        let url = with_timeout(async { signed.await.map_err(of_objects) }).await?;
        Ok(Some(PresignedUrl(url.into())))
    }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        with_timeout(objects::put(&self.store, key, bytes)).await
    }

    async fn begin(&self, key: &BlobKey) -> Result<MultipartId> {
        let path = path(key);
        let begun = self.store.create_multipart(&path);
        with_timeout(async { begun.await.map(MultipartId).map_err(of_objects) }).await
    }

    async fn put_part(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        bytes: Bytes,
    ) -> Result<PartReceipt> {
        let path = path(key);
        let stored = self.store.put_part(&path, &upload.0, number.into(), bytes.into());
        let stored = with_timeout(async { stored.await.map_err(of_parts) }).await?;
        Ok(PartReceipt(stored.content_id))
    }

    async fn complete(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        parts: &[PartReceipt],
    ) -> Result<()> {
        let path = path(key);
        let parts = parts.iter().map(|part| PartId { content_id: part.0.clone() }).collect();
        let completed = self.store.complete_multipart(&path, &upload.0, parts);
        let completed = tokio::time::timeout(COMPLETE_TIMEOUT, completed).await;
        completed.map_err(|_| late())?.map(drop).map_err(of_parts)
    }

    async fn abort(&self, key: &BlobKey, upload: &MultipartId) -> Result<()> {
        let path = path(key);
        let aborted = self.store.abort_multipart(&path, &upload.0);
        with_timeout(async { present(aborted.await).map(drop) }).await
    }

    async fn find(&self, key: &BlobKey) -> Result<Option<BlobInfo>> {
        with_timeout(objects::find(&self.store, key)).await
    }

    async fn read(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Option<ByteStream>> {
        with_timeout(objects::read(&self.store, key, range)).await
    }

    async fn remove(&self, key: &BlobKey) -> Result<()> {
        with_timeout(objects::remove(&self.store, key)).await
    }

    async fn remove_tails(&self, organization: OrganizationId, upload: UploadId) -> Result<()> {
        with_timeout(objects::remove_tails(&self.store, organization, upload)).await
    }

    fn list(&self) -> BoxStream<'static, Result<BlobInfo>> {
        objects::list(&self.store, None)
    }

    fn list_of(&self, organization: OrganizationId) -> BoxStream<'static, Result<BlobInfo>> {
        objects::list(&self.store, Some(organization))
    }

    async fn presign_read(
        &self,
        key: &BlobKey,
        disposition: &Disposition,
        ttl: Duration,
    ) -> Result<Option<PresignedUrl>> {
        let query = [
            ("response-content-type", disposition.content_type.to_owned()),
            ("response-content-disposition", disposition.content_disposition.clone()),
        ];
        self.presign(Method::GET, key, SignedUrlOptions::new().with_query(query), ttl).await
    }

    async fn presign_part(
        &self,
        key: &BlobKey,
        upload: &MultipartId,
        number: u16,
        length: u64,
        ttl: Duration,
    ) -> Result<Option<PresignedUrl>> {
        // The service then requires a checksum header per part, which a URL cannot contain.
        if self.checksum == Checksum::Sha256 {
            return Ok(None);
        }
        let path = path(key);
        let object = self.public.signed_url(Method::PUT, &path, ttl);
        let credential = self.public.credentials().get_credential();
        // The credentials may have to be fetched first.
        let (mut object, credential) = with_timeout(async {
            Ok((object.await.map_err(of_objects)?, credential.await.map_err(of_objects)?))
        })
        .await?;
        object.set_query(None);
        let number = u32::from(number) + 1;
        let part = PartUrl { object, upload: &upload.0, number, length, ttl };
        Ok(Some(PresignedUrl(part.sign(&credential, &self.region).into())))
    }
}

#[async_trait]
impl StorageOwner for S3Blobs {
    async fn owner(&self) -> Result<Option<String>> {
        with_timeout(owner::read(&self.store)).await
    }

    async fn set_owner(&self, identity: &str) -> Result<()> {
        with_timeout(owner::write(&self.store, identity)).await
    }

    async fn probe(&self, id: Uuid) -> Result<()> {
        with_timeout(owner::probe(&self.store, id)).await
    }
}

#[async_trait]
impl Health for S3Blobs {
    /// Lists a prefix without blobs. This fails without the bucket or the permission to list it.
    async fn check(&self) -> Result<&'static str, Down> {
        let mut listed = self.store.list(Some(&Path::from(".health")));
        match tokio::time::timeout(CHECK_TIMEOUT, listed.try_next()).await {
            Ok(Ok(_)) => Ok("ok"),
            Ok(Err(error)) => Err(Down(Box::new(of_objects(error)))),
            Err(_) => Err(Down(Box::new(late()))),
        }
    }
}

/// Applies the timeout of a call.
async fn with_timeout<T>(answer: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(options::CALL_TIMEOUT, answer).await.unwrap_or_else(|_| Err(late()))
}
