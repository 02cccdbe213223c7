use plinth_object_store::{Checksum, Place, S3Credentials, S3Options};
use plinth_settings::{Storage, StorageChecksum, StorageKind};

/// Where the settings keep files.
pub(crate) fn place(storage: &Storage) -> Place {
    let keys = storage.access_key_id.clone().zip(storage.secret_access_key.clone());
    match storage.kind {
        StorageKind::Local => Place::Local(storage.path.clone()),
        StorageKind::S3 => Place::S3(Box::new(S3Options {
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
