//! Which database the object storage belongs to. Only that one may remove what it does not know.

use crate::{Application, Error};

/// Whether the storage belongs to this database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// It belongs to this database.
    Ours,
    /// No database has adopted it.
    Unclaimed,
    /// It belongs to another database, of which this one may be a copy.
    Foreign,
}

impl Application {
    /// Whether the storage belongs to this database.
    pub async fn storage_ownership(&self) -> Result<Ownership, Error> {
        let files = &self.ports.files;
        let identity = files.ledger.identity().await?;
        Ok(match files.owner.owner().await? {
            None => Ownership::Unclaimed,
            Some(owner) if owner == identity => Ownership::Ours,
            Some(_) => Ownership::Foreign,
        })
    }

    /// Records that the storage belongs to this database.
    pub async fn adopt_storage(&self) -> Result<(), Error> {
        let files = &self.ports.files;
        Ok(files.owner.set_owner(&files.ledger.identity().await?).await?)
    }
}
