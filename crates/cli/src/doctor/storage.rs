//! The object storage: it takes, gives back and removes objects.

use plinth_settings::{Settings, Storage, StorageKind};
use tokio::time::timeout;

use super::report::Report;
use crate::{failure::chain, host::host};

const NAME: &str = "storage";

/// How long the probe may take: twelve requests.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(15);

/// Writes, reads, lists and removes objects.
pub(super) async fn check(settings: &Settings, report: &mut Report) {
    Report::section("Object storage");
    let (storage, place) = (&settings.storage, place(&settings.storage));
    if storage.kind == StorageKind::Local && !storage.path.exists() {
        return report.good(NAME, &format!("{place} is made by the first start"));
    }
    match probe(settings).await {
        Ok(()) => report.good(
            NAME,
            &format!(
                "objects were written, at once and in parts, read, by range, too, and removed in {place}"
            ),
        ),
        Err(Broken { what, remedy }) => report.bad(NAME, &what, remedy),
    }
}

/// Why the storage cannot be used, and what to do.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) what: String,
    pub(crate) remedy: &'static str,
}

/// Writes objects at once and in parts, reads, lists and removes them.
pub(crate) async fn probe(settings: &Settings) -> Result<(), Broken> {
    let (storage, place) = (&settings.storage, place(&settings.storage));
    let why = match timeout(TIMEOUT, plinth_bootstrap::probe_storage(settings)).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => chain(&error),
        Err(_) => format!("no answer within {} s", TIMEOUT.as_secs()),
    };
    let remedy = match storage.kind {
        StorageKind::Local => "let this user write there, or set PLINTH_STORAGE__PATH",
        StorageKind::S3 => {
            "start the service; check PLINTH_STORAGE__ENDPOINT, _BUCKET and the keys, which need \
             the rights to put, get, delete and list"
        }
    };
    Err(Broken { what: format!("{place} does not work: {why}"), remedy })
}

/// Where the files are, without credentials.
fn place(storage: &Storage) -> String {
    match storage.kind {
        StorageKind::Local => storage.path.display().to_string(),
        StorageKind::S3 => {
            let bucket = storage.bucket.as_deref().unwrap_or_default();
            match storage.endpoint.as_ref().and_then(|url| host(url, None)) {
                Some(host) => format!("the bucket {bucket} at {host}"),
                None => format!("the bucket {bucket} at Amazon S3"),
            }
        }
    }
}
