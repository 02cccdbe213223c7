use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;
use url::Url;

use crate::{
    declaration::section,
    readers::{
        BaseUrl, Bucket, Choice, Flag, Folder, Maybe, Number, SecretText, Span, Unit::Seconds, Word,
    },
    reading::Reading,
    setting::plain,
};

/// The kind of object storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKind {
    /// A directory that every process of Plinth can reach.
    Local,
    /// A bucket of an S3-compatible service.
    S3,
}

/// The checksum that is sent with uploaded bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageChecksum {
    /// None besides the request's signature.
    None,
    /// SHA-256.
    Sha256,
}

const KINDS: Choice<StorageKind> =
    Choice(&[("local", StorageKind::Local), ("s3", StorageKind::S3)]);

const CHECKSUMS: Choice<StorageChecksum> =
    Choice(&[("none", StorageChecksum::None), ("sha256", StorageChecksum::Sha256)]);

section! {
    "storage"
    /// Object storage for files. A bucket needs a lifecycle rule that aborts incomplete multipart
    /// uploads, for example after 7 days: parts that a crash leaves behind are invisible and cost
    /// money.
    pub struct Storage {
        /// `local` for a directory, `s3` for a bucket of an S3-compatible service.
        kind: StorageKind = "kind" by KINDS, plain().default("local").example("s3");

        /// The directory, for `local`. All processes need the same one.
        path: PathBuf = "path" by Folder, plain().defaults(".local/blobs", "/var/lib/plinth/blobs");

        /// URL of the service, without the bucket. Defaults to Amazon S3.
        endpoint: Option<Url> = "endpoint" by Maybe(BaseUrl),
            plain().example("http://localhost:9000");

        /// URL of the service for clients, used in presigned URLs. Defaults to `endpoint`.
        public_endpoint: Option<Url> = "public_endpoint" by Maybe(BaseUrl),
            plain().example("https://files.example.com");

        /// Region of the bucket; `auto` at Cloudflare.
        region: String = "region" by Word,
            plain().default("us-east-1").aliases(&["AWS_REGION", "AWS_DEFAULT_REGION"]);

        /// Name of the bucket, which must exist. Required for `s3`.
        bucket: Option<String> = "bucket" by Maybe(Bucket), plain().example("plinth-files");

        /// Whether the bucket is part of the path of URLs. Otherwise it is part of the host.
        path_style: bool = "path_style" by Flag, plain().default("true");

        /// Access key ID of the service. If unset, credentials come from the standard sources of
        /// AWS: environment variables or the role of the machine.
        access_key_id: Option<String> = "access_key_id" by Maybe(Word),
            plain().example("AKIAIOSFODNN7EXAMPLE");

        /// Secret access key of the service, for `access_key_id`.
        secret_access_key: Option<SecretString> = "secret_access_key"
            by Maybe(SecretText { at_least: 8 }), plain().example("change-me");

        /// Checksum that is sent with uploaded bytes, besides the signature. Some services refuse
        /// `sha256`. With `sha256`, clients cannot upload by presigned URLs.
        checksum: StorageChecksum = "checksum" by CHECKSUMS, plain().default("none");

        /// Maximum size of a file in bytes. An organization can set a lower limit.
        max_upload_bytes: u64 = "max_upload_bytes" by Number(1, 5 * 1024 * 1024 * 1024_u64),
            plain().default("5368709120");

        /// Maximum number of concurrent uploads through a process. Each uses up to 24 MiB of memory.
        concurrent_uploads: usize = "concurrent_uploads" by Number(1, 10_000),
            plain().default("32");

        /// Maximum number of concurrent uploads of one organization through a process. Less than
        /// `concurrent_uploads`, so that others find a place.
        concurrent_uploads_per_organization: usize = "concurrent_uploads_per_organization"
            by Number(1, 10_000), plain().default("16");

        /// Maximum number of concurrent uploads of one user through a process.
        concurrent_uploads_per_user: usize = "concurrent_uploads_per_user" by Number(1, 10_000),
            plain().default("8");

        /// How many bytes of files one organization sends and receives through a process in a second.
        /// Its transfers wait for more; those that use a presigned URL do not count. An upload counts
        /// as 2 MiB more than its file has.
        bytes_per_second_per_organization: u64 = "bytes_per_second_per_organization"
            by Number(4_194_304_u64, 1 << 40), plain().default("33554432");

        /// How long an upload may be inactive before it is abandoned.
        upload_ttl: Duration = "upload_ttl_seconds" by Span(Seconds, 60, 2_592_000),
            plain().default("86400");

        /// Lifetime of a presigned URL.
        presigned_url_ttl: Duration = "presigned_url_ttl_seconds" by Span(Seconds, 1, 604_800),
            plain().default("900");
    }
}

impl Storage {
    /// Returns itself if the settings are consistent; otherwise records a fault for each missing
    /// setting that another one needs.
    pub(crate) fn checked(self, reading: &mut Reading<'_>) -> Option<Self> {
        let (id, secret) = (self.access_key_id.is_some(), self.secret_access_key.is_some());
        let no_bucket = self.kind == StorageKind::S3 && self.bucket.is_none();
        let missing = [
            (no_bucket, "bucket", "storage.kind = s3"),
            (id && !secret, "secret_access_key", "storage.access_key_id"),
            (secret && !id, "access_key_id", "storage.secret_access_key"),
        ];
        reading.has_needed(Self::SETTINGS, &missing).then_some(self)
    }
}
