//! An export: all records and files of an organization as one file.

use crate::{Id, InvalidTransition, OrganizationId, Revision, Timestamp, UserId};

/// The identity of an export.
pub type OrganizationExportId = Id<OrganizationExport>;

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportStatus {
    /// A worker makes it, or will.
    Pending,
    /// The file can be downloaded.
    Succeeded,
    /// It could not be made.
    Failed,
}

impl ExportStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Succeeded, Self::Failed];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    /// Finds a status by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// The file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// The length of the file in bytes.
    pub size_bytes: u64,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The number of rows in it.
    pub rows: u64,
    /// The number of files of documents in it.
    pub files: u64,
    /// When it is removed.
    pub expires_at: Timestamp,
}

/// How far an export is, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportState {
    /// A worker makes it. The text identifies the multipart upload of the newest attempt in the
    /// object storage: the next attempt discards that upload.
    Pending(Option<String>),
    /// The file can be downloaded.
    Succeeded(ExportFile),
    /// It could not be made, with the code of the error.
    Failed(String),
}

impl ExportState {
    /// The status.
    #[must_use]
    pub const fn status(&self) -> ExportStatus {
        match self {
            Self::Pending(_) => ExportStatus::Pending,
            Self::Succeeded(_) => ExportStatus::Succeeded,
            Self::Failed(_) => ExportStatus::Failed,
        }
    }
}

/// An export of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationExport {
    /// The identity.
    pub id: OrganizationExportId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// Who has asked for it.
    pub requested_by: UserId,
    /// How far it is.
    pub state: ExportState,
    /// The revision.
    pub revision: Revision,
}

impl OrganizationExport {
    /// An export that a worker is to make.
    #[must_use]
    pub const fn request(
        id: OrganizationExportId,
        organization: OrganizationId,
        requested_by: UserId,
        at: Timestamp,
    ) -> Self {
        let state = ExportState::Pending(None);
        Self { id, organization, requested_by, state, revision: Revision::first(at) }
    }

    /// An attempt has begun this multipart upload.
    pub fn attempt(self, upload: String, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.become_state(ExportState::Pending(Some(upload)), at)
    }

    /// The file is complete.
    pub fn succeed(self, file: ExportFile, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.become_state(ExportState::Succeeded(file), at)
    }

    /// The last attempt has failed with this code.
    pub fn fail(self, code: String, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.become_state(ExportState::Failed(code), at)
    }

    fn become_state(self, state: ExportState, at: Timestamp) -> Result<Self, InvalidTransition> {
        let from = self.state.status();
        if from != ExportStatus::Pending {
            return Err(InvalidTransition { from: from.name(), attempted: state.status().name() });
        }
        Ok(Self { state, revision: self.revision.next(at), ..self })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_export_ends_once() {
        let id = |n| Uuid::from_u128(n);
        let at = Timestamp::default();
        let export = OrganizationExport::request(
            Id::from_uuid(id(1)),
            Id::from_uuid(id(2)),
            Id::from_uuid(id(3)),
            at,
        );
        let export = export.attempt("upload".to_owned(), at).unwrap();
        let failed = export.fail("job.lost".to_owned(), at).unwrap();
        assert_eq!(failed.state.status(), ExportStatus::Failed);
        let file = ExportFile { size_bytes: 1, sha256: [0; 32], rows: 1, files: 0, expires_at: at };
        assert!(failed.clone().succeed(file, at).is_err());
        assert!(failed.attempt("next".to_owned(), at).is_err());
    }
}
