use crate::{
    BlobKey, ContentType, DocumentDraft, DocumentId, DocumentVersionId, InvalidTransition,
    OrganizationId, Place, Revision, Timestamp, UploadId, UserId,
};

/// What an upload leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadTarget {
    /// A document that is not there yet.
    NewDocument(DocumentDraft),
    /// Another version of one that is.
    NewVersion,
}

/// How the bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadMethod {
    /// In one request, through the server.
    Stream,
    /// In as many requests as it takes, through the server (tus 1.0).
    Resumable,
    /// Straight to the object storage, by presigned URLs.
    Direct,
}

impl UploadMethod {
    /// Every method there is.
    pub const ALL: [Self; 3] = [Self::Stream, Self::Resumable, Self::Direct];

    /// Its name in the database.
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

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// More bytes may come.
    Open,
    /// It has become a version of its document.
    Finished,
    /// It was given up; what is stored of it is being removed.
    Abandoned,
}

impl UploadState {
    /// Every state there is.
    pub const ALL: [Self; 3] = [Self::Open, Self::Finished, Self::Abandoned];

    /// Its name in the database.
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

/// How far the bytes have come: everything that a request after this one
/// needs to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadProgress {
    /// How many bytes are stored.
    pub offset: u64,
    /// The object storage's name for the multipart upload, once it has begun.
    pub multipart: Option<String>,
    /// The receipts of the parts, in order.
    pub parts: Vec<String>,
    /// How many of the bytes are in the tail: the last ones, which do not fill
    /// a part yet.
    pub tail: u32,
    /// Whether the tail is in the second of its two places: they take turns, so
    /// that the next tail never replaces the one that still counts.
    pub second_tail: bool,
    /// The state of the SHA-256 over all of them.
    pub digest: Vec<u8>,
    /// What the content is, once enough of it was seen.
    pub content_type: Option<ContentType>,
}

/// An upload under way. It is recorded before its first byte is stored, so
/// that none is ever forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Names it.
    pub id: UploadId,
    /// The organization whose it is.
    pub organization: OrganizationId,
    /// Whose upload it is.
    pub created_by: UserId,
    /// The document that it will be, or be a version of.
    pub document: DocumentId,
    /// The version that it will be.
    pub document_version: DocumentVersionId,
    /// What it leads to.
    pub target: UploadTarget,
    /// How its bytes come.
    pub method: UploadMethod,
    /// How long it will be, where that is known.
    pub length: Option<u64>,
    /// What the client claims its type to be.
    pub claimed_type: Option<String>,
    /// How far it has come.
    pub progress: UploadProgress,
    /// Where it stands.
    pub state: UploadState,
    /// When it is given up.
    pub expires_at: Timestamp,
    /// When and how often it was written.
    pub revision: Revision,
}

impl Upload {
    /// Where its bytes will lie.
    #[must_use]
    pub const fn key(&self) -> BlobKey {
        BlobKey::new(self.organization, Place::Content(self.document, self.document_version))
    }

    /// Where the bytes lie that do not fill the next part yet.
    #[must_use]
    pub fn tail_key(&self) -> BlobKey {
        self.tail_keys()[usize::from(self.progress.second_tail)]
    }

    /// The two places that a tail of it may lie in.
    #[must_use]
    pub const fn tail_keys(&self) -> [BlobKey; 2] {
        let organization = self.organization;
        [
            BlobKey::new(organization, Place::Tail(self.id, 0)),
            BlobKey::new(organization, Place::Tail(self.id, 1)),
        ]
    }

    /// It has come further, and lives until `expires_at`.
    pub fn advance(
        self,
        progress: UploadProgress,
        expires_at: Timestamp,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        self.open("advance")?;
        Ok(Self { progress, expires_at, revision: self.revision.next(at), ..self })
    }

    /// It has become a version of its document.
    pub fn finish(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.open("finish")?;
        Ok(Self { state: UploadState::Finished, revision: self.revision.next(at), ..self })
    }

    /// It is given up; also again, by whoever removes what is stored of it.
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
