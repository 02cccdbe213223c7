//! The URL for one part of an upload. `object_store` refuses to sign `Content-Length`.

use std::time::Duration;

use jiff::Timestamp;
use object_store::aws::AwsCredential;
use rusty_s3::{Method, signing::sign};
use url::Url;

/// The part that a URL takes.
pub(super) struct PartUrl<'a> {
    /// The URL of the object, without a query.
    pub(super) object: Url,
    pub(super) upload: &'a str,
    /// From 1.
    pub(super) number: u32,
    /// The bytes of the part. The service refuses a request with another `Content-Length`.
    pub(super) length: u64,
    pub(super) ttl: Duration,
}

impl PartUrl<'_> {
    /// Signs the URL (AWS Signature Version 4, query parameters).
    pub(super) fn sign(self, credential: &AwsCredential, region: &str) -> Url {
        let (number, length) = (self.number.to_string(), self.length.to_string());
        sign(
            &Timestamp::now(),
            Method::Put,
            self.object,
            &credential.key_id,
            &credential.secret_key,
            credential.token.as_deref(),
            region,
            self.ttl.as_secs(),
            [("partNumber", number.as_str()), ("uploadId", self.upload)].into_iter(),
            std::iter::once(("content-length", length.as_str())),
        )
    }
}
