use plinth_object_store::{Checksum, S3Credentials, S3Options, StorageBackend};
use plinth_settings::{Storage, StorageChecksum, StorageKind};

/// The storage backend that the settings select.
pub(crate) fn backend(storage: &Storage) -> StorageBackend {
    let keys = storage.access_key_id.clone().zip(storage.secret_access_key.clone());
    match storage.kind {
        StorageKind::Local => StorageBackend::Local(storage.path.clone()),
        StorageKind::S3 => StorageBackend::S3(Box::new(S3Options {
            endpoint: storage.endpoint.clone(),
            public_endpoint: storage.public_endpoint.clone(),
            region: storage.region.clone(),
            // The settings refuse S3 without a bucket.
            bucket: storage.bucket.clone().unwrap_or_default(),
            path_style: storage.path_style,
            credentials: keys.map(|(access_key_id, secret_access_key)| S3Credentials {
                access_key_id,
                secret_access_key,
            }),
            checksum: match storage.checksum {
                StorageChecksum::None => Checksum::None,
                StorageChecksum::Sha256 => Checksum::Sha256,
            },
        })),
    }
}
