//! Compares the object storage with the database.

mod owner;

pub use owner::Ownership;

use chrono::TimeDelta;
use futures::TryStreamExt;
use plinth_domain::{BlobKey, Timestamp};
use plinth_ports::{BlobInfo, BlobStatus, LedgerEntry};

use crate::{Application, Error};

/// The number of keys in one query.
const BATCH: usize = 500;

/// A blob younger than this may belong to a request that is still running.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// A difference between the object storage and the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discrepancy {
    /// A blob without a record in the database.
    Orphan(BlobKey),
    /// A version without its bytes.
    Missing(LedgerEntry),
    /// A version whose blob has another length, with that length in bytes.
    WrongSize(LedgerEntry, u64),
    /// A blob of an organization that the database does not know. It belongs to another
    /// installation, or the database is older than it, so it is not changed.
    OtherInstallation(BlobKey),
    /// A blob whose key Plinth did not create. It is not changed.
    Foreign(String),
}

/// How many items were compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Blobs in the object storage.
    pub blobs: u64,
    /// Versions in the database.
    pub versions: u64,
}

impl Application {
    /// Compares the object storage with the database, in both directions, and reports every
    /// discrepancy.
    pub async fn verify_storage(
        &self,
        mut report: impl FnMut(Discrepancy),
    ) -> Result<Verified, Error> {
        let blobs = self.verify_blobs(&mut report).await?;
        let versions = self.verify_versions(&mut report).await?;
        Ok(Verified { blobs, versions })
    }

    /// Removes a blob, unless it has a record by now. Returns whether it was removed.
    pub async fn remove_orphan(&self, key: BlobKey) -> Result<bool, Error> {
        let status = self.ports.files.ledger.classify(&[key]).await?;
        let is_orphaned = status == [BlobStatus::Orphaned];
        if is_orphaned {
            self.ports.files.blobs.remove(&key).await?;
        }
        Ok(is_orphaned)
    }

    async fn verify_blobs(&self, report: &mut impl FnMut(Discrepancy)) -> Result<u64, Error> {
        let settled = self.ports.clock.now() - GRACE;
        let (mut seen, mut batch) = (0, Vec::with_capacity(BATCH));
        let mut listed = self.ports.files.blobs.list();
        while let Some(blob) = listed.try_next().await? {
            seen += 1;
            match ours(blob, settled) {
                Ok(Some(key)) => batch.push(key),
                Ok(None) => {}
                Err(foreign) => report(Discrepancy::Foreign(foreign)),
            }
            if batch.len() == BATCH {
                self.report_orphans(&mut batch, report).await?;
            }
        }
        self.report_orphans(&mut batch, report).await?;
        Ok(seen)
    }

    async fn report_orphans(
        &self,
        keys: &mut Vec<BlobKey>,
        report: &mut impl FnMut(Discrepancy),
    ) -> Result<(), Error> {
        let known = self.ports.files.ledger.classify(keys).await?;
        for (key, status) in keys.drain(..).zip(known) {
            match status {
                BlobStatus::Recorded => {}
                BlobStatus::Orphaned => report(Discrepancy::Orphan(key)),
                BlobStatus::OtherInstallation => report(Discrepancy::OtherInstallation(key)),
            }
        }
        Ok(())
    }

    async fn verify_versions(&self, report: &mut impl FnMut(Discrepancy)) -> Result<u64, Error> {
        let (mut seen, mut after) = (0, None);
        loop {
            let entries = self.ports.files.ledger.entries(after, 200).await?;
            let Some(last) = entries.last() else { return Ok(seen) };
            after = Some((last.organization, last.version));
            for entry in entries {
                seen += 1;
                match self.ports.files.blobs.find(&entry.key).await? {
                    None => report(Discrepancy::Missing(entry)),
                    Some(blob) if blob.size != entry.size_bytes => {
                        report(Discrepancy::WrongSize(entry, blob.size));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

/// The key of a blob that is old enough; its text when Plinth did not create the key.
fn ours(blob: BlobInfo, settled: Timestamp) -> Result<Option<BlobKey>, String> {
    let key = BlobKey::parse(&blob.key).ok_or(blob.key)?;
    Ok((blob.modified < settled).then_some(key))
}
