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

/// What files are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKind {
    /// A folder that every process of Plinth has.
    Local,
    /// A bucket of an S3-compatible service.
    S3,
}

/// What a service checks received bytes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageChecksum {
    /// Nothing besides their signature.
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
    /// Where files are kept. A bucket needs a lifecycle rule that ends incomplete multipart
    /// uploads, say after 7 days: what a crash leaves of one is unseen and paid for.
    pub struct Storage {
        /// A folder, or a bucket of an S3-compatible service.
        kind: StorageKind = "kind" by KINDS, plain().default("local").example("s3");

        /// The folder, for `local`; all processes need the same one.
        path: PathBuf = "path" by Folder, plain().defaults(".local/blobs", "/var/lib/plinth/blobs");

        /// URL of the service, without the bucket. Without it, Amazon's own.
        endpoint: Option<Url> = "endpoint" by Maybe(BaseUrl),
            plain().example("http://localhost:9000");

        /// URL of the service as clients reach it, for presigned URLs. Without it, `endpoint`.
        public_endpoint: Option<Url> = "public_endpoint" by Maybe(BaseUrl),
            plain().example("https://files.example.com");

        /// Region of the bucket; `auto` at Cloudflare.
        region: String = "region" by Word,
            plain().default("us-east-1").aliases(&["AWS_REGION", "AWS_DEFAULT_REGION"]);

        /// The bucket, which has to exist. Needed for `s3`.
        bucket: Option<String> = "bucket" by Maybe(Bucket), plain().example("plinth-files");

        /// Whether the bucket stands in the path of URLs; else it is part of the host.
        path_style: bool = "path_style" by Flag, plain().default("true");

        /// Public key to the service. Without it, the keys are those that Amazon's tools would
        /// find: in the environment, or of the machine's role.
        access_key_id: Option<String> = "access_key_id" by Maybe(Word),
            plain().example("AKIAIOSFODNN7EXAMPLE");

        /// Secret key to the service, for `access_key_id`.
        secret_access_key: Option<SecretString> = "secret_access_key"
            by Maybe(SecretText { at_least: 8 }), plain().example("change-me");

        /// What the service checks received bytes with, besides their signature; some refuse
        /// `sha256`. With it clients cannot upload by presigned URLs.
        checksum: StorageChecksum = "checksum" by CHECKSUMS, plain().default("none");

        /// The largest file that is taken, in bytes; an organization may set less.
        max_upload_bytes: u64 = "max_upload_bytes" by Number(1, 5 * 1024 * 1024 * 1024_u64),
            plain().default("5368709120");

        /// Uploads that go through a process at once. Each holds up to 16 MiB of memory.
        concurrent_uploads: usize = "concurrent_uploads" by Number(1, 10_000),
            plain().default("32");

        /// When an upload of which nothing more is heard is given up.
        upload_ttl: Duration = "upload_ttl_seconds" by Span(Seconds, 60, 2_592_000),
            plain().default("86400");

        /// How long a presigned URL is good for.
        presigned_url_ttl: Duration = "presigned_url_ttl_seconds" by Span(Seconds, 1, 604_800),
            plain().default("900");
    }
}

impl Storage {
    /// Itself, when its settings go together; else a fault for each that another one needs.
    pub(crate) fn checked(self, reading: &mut Reading<'_>) -> Option<Self> {
        let (id, secret) = (self.access_key_id.is_some(), self.secret_access_key.is_some());
        let no_bucket = self.kind == StorageKind::S3 && self.bucket.is_none();
        let missing = [
            (no_bucket, "bucket", "storage.kind = s3"),
            (id && !secret, "secret_access_key", "storage.access_key_id"),
            (secret && !id, "access_key_id", "storage.secret_access_key"),
        ];
        for (_, key, needed_by) in missing.iter().filter(|(is_missing, ..)| *is_missing) {
            for setting in Self::SETTINGS.iter().filter(|setting| setting.key == *key) {
                reading.needed(setting, needed_by);
            }
        }
        missing.iter().all(|(is_missing, ..)| !is_missing).then_some(self)
    }
}
