use crate::{
    ContentType, DocumentDraft, DocumentId, DocumentVersionId, Id, InvalidTransition,
    OrganizationId, Revision, Timestamp, UserId,
};

/// The result of a finished upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadTarget {
    /// A new document.
    NewDocument(DocumentDraft),
    /// A new version of an existing document.
    NewVersion,
    /// No document: its bytes wait until another upload joins them (tus: a partial upload).
    Partial,
}

/// How the bytes are transferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadMethod {
    /// In one request, through the server.
    Stream,
    /// In several requests, through the server (tus 1.0).
    Resumable,
    /// Directly to the object storage, by presigned URLs.
    Direct,
}

impl UploadMethod {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::Stream, Self::Resumable, Self::Direct];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Resumable => "resumable",
            Self::Direct => "direct",
        }
    }

    /// Finds a method by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// The state of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// It accepts bytes.
    Open,
    /// It has become a version of its document.
    Finished,
    /// It was abandoned; its stored bytes are being removed.
    Abandoned,
}

impl UploadState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Finished, Self::Abandoned];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Finished => "finished",
            Self::Abandoned => "abandoned",
        }
    }

    /// Finds a state by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A tail of an upload: stored bytes that do not fill a part yet. The tails of an upload follow one
/// another, after its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadTail {
    /// The number that names it. It is random, so that two processes that write to one upload never
    /// write to the same blob; at most 2^63 - 1.
    pub number: u64,
    /// Its length in bytes.
    pub length: u32,
}

/// The progress of an upload: everything that the next request needs to
/// continue it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadProgress {
    /// The number of stored bytes.
    pub offset: u64,
    /// The object storage's name for the multipart upload, once it has begun.
    pub multipart: Option<String>,
    /// The receipts of the parts, in order.
    pub parts: Vec<String>,
    /// The tails, in order: at most [`UploadProgress::MAX_TAILS`].
    pub tails: Vec<UploadTail>,
    /// The state of the SHA-256 over all stored bytes.
    pub digest: Vec<u8>,
    /// The content type, once enough bytes are stored to detect it.
    pub content_type: Option<ContentType>,
    /// The number of bytes that the storage may hold since the length was not known, also those
    /// that do not count because their request was not completed.
    pub reserved: u64,
}

impl UploadProgress {
    /// The maximum number of tails.
    pub const MAX_TAILS: usize = 64;

    /// The number of bytes in the tails.
    #[must_use]
    pub fn tail_bytes(&self) -> u64 {
        self.tails.iter().map(|tail| u64::from(tail.length)).sum()
    }

    /// The number of bytes that count as stored while the length is not known.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.offset.max(self.reserved)
    }
}

/// The identity of an upload.
pub type UploadId = Id<Upload>;

/// An upload in progress. It is recorded before its first byte is stored, so that every stored byte
/// has a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The identity.
    pub id: UploadId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The user who started it.
    pub created_by: UserId,
    /// The document that it becomes, or becomes a version of.
    pub document: DocumentId,
    /// The version that it becomes.
    pub document_version: DocumentVersionId,
    /// What it becomes when it is finished.
    pub target: UploadTarget,
    /// How its bytes are transferred.
    pub method: UploadMethod,
    /// The partial uploads whose bytes it joins, in order: at most [`Upload::MAX_JOINS`]. Empty for
    /// an upload that receives its bytes from the client.
    pub joins: Vec<UploadId>,
    /// The upload that joins this partial one. While it is open, no other one may.
    pub joined_by: Option<UploadId>,
    /// The total number of bytes, if known.
    pub length: Option<u64>,
    /// The content type that the client claims.
    pub claimed_type: Option<String>,
    /// The progress.
    pub progress: UploadProgress,
    /// The state.
    pub state: UploadState,
    /// The time from which it is abandoned.
    pub expires_at: Timestamp,
    /// The revision.
    pub revision: Revision,
}

impl Upload {
    /// The maximum number of partial uploads that one upload joins.
    pub const MAX_JOINS: usize = 256;

    /// Records the length of an upload that began without one, and extends it until `expires_at`.
    pub fn tell_length(
        self,
        length: u64,
        expires_at: Timestamp,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        self.open("tell the length of")?;
        Ok(Self { length: Some(length), expires_at, revision: self.revision.next(at), ..self })
    }

    /// Records progress, and extends the upload until `expires_at`.
    pub fn advance(
        self,
        progress: UploadProgress,
        expires_at: Timestamp,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        self.open("advance")?;
        Ok(Self { progress, expires_at, revision: self.revision.next(at), ..self })
    }

    /// Gives a partial upload to the one that joins it, and extends it until `expires_at`.
    pub fn give_to(
        self,
        join: UploadId,
        expires_at: Timestamp,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        self.open("join")?;
        let revision = self.revision.next(at);
        Ok(Self { joined_by: Some(join), expires_at, revision, ..self })
    }

    /// It has become a version of its document.
    pub fn finish(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.open("finish")?;
        Ok(Self { state: UploadState::Finished, revision: self.revision.next(at), ..self })
    }

    /// Abandons it. This may be repeated, when its stored bytes are removed.
    pub fn abandon(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state {
            UploadState::Open | UploadState::Abandoned => {
                Ok(Self { state: UploadState::Abandoned, revision: self.revision.next(at), ..self })
            }
            UploadState::Finished => Err(self.cannot("abandon")),
        }
    }

    fn open(&self, attempted: &'static str) -> Result<(), InvalidTransition> {
        if self.state == UploadState::Open { Ok(()) } else { Err(self.cannot(attempted)) }
    }

    const fn cannot(&self, attempted: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.state.name(), attempted }
    }
}
