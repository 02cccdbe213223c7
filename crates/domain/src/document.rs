use crate::{
    Code, ContentType, DocumentKind, Id, Invalid, InvalidTransition, JobId, JsonObject, Name,
    OrganizationId, Patch, ProjectId, Revision, Timestamp,
};

crate::codes! {
    DOCUMENT_MALFORMED = "document.malformed",
        "A verdict: the file breaks the rules of its format.";
    DOCUMENT_TOO_COMPLEX = "document.too_complex",
        "A verdict: the file goes beyond a limit: pages, pixels, entities, memory.";
    DOCUMENT_TOO_SLOW = "document.too_slow",
        "A verdict: looking into the file takes longer than is allowed.";
    DOCUMENT_UNSUPPORTED = "document.unsupported",
        "A verdict: the file has a feature of its format that is not read here.";
    DOCUMENT_CORRUPTED = "document.corrupted",
        "A verdict: what is stored is not what was uploaded.";
    DOCUMENT_CONTENT_LOST = "document.content_lost",
        "A verdict: the object storage has lost the file.";
    DOCUMENT_PROCESSING_FAILED = "document.processing_failed",
        "A verdict: the file could not be looked into; its job says more.";
}

/// The processing state of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Processing {
    /// It waits for a worker.
    Pending,
    /// A worker processes it.
    Processing,
    /// It was processed.
    Ready,
    /// Its content cannot be read: it breaks the rules of its format, or exceeds a limit. It can
    /// be downloaded.
    Unreadable(Verdict),
    /// Its content is not what was uploaded. It cannot be downloaded.
    Rejected(Verdict),
    /// Every attempt to process it failed.
    Failed(Verdict),
}

/// Why a version is unreadable, was rejected, or could not be processed, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The [`Code`]'s name: `document.malformed`. Stored text may be older
    /// than the list of codes.
    pub code: String,
    /// An explanation for the user who uploaded it.
    pub detail: String,
}

impl Verdict {
    /// A verdict with its code and an explanation for the user who uploaded it.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code: code.name().to_owned(), detail: detail.into() }
    }
}

impl Processing {
    /// The names of all states, in their order.
    pub const NAMES: [&str; 6] =
        ["pending", "processing", "ready", "unreadable", "rejected", "failed"];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Unreadable(_) => "unreadable",
            Self::Rejected(_) => "rejected",
            Self::Failed(_) => "failed",
        }
    }

    /// The verdict of an unreadable, rejected or failed version.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        match self {
            Self::Unreadable(verdict) | Self::Rejected(verdict) | Self::Failed(verdict) => {
                Some(verdict)
            }
            Self::Pending | Self::Processing | Self::Ready => None,
        }
    }
}

/// The identity of a version of a document.
pub type DocumentVersionId = Id<DocumentVersion>;

/// A version of a document: the content of one upload, which never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVersion {
    /// The identity, which is also a part of its key in the object storage.
    pub id: DocumentVersionId,
    /// The document.
    pub document: DocumentId,
    /// The number within the document, from 1.
    pub number: u32,
    /// The type of the content.
    pub content_type: ContentType,
    /// The length of the content in bytes.
    pub size_bytes: u64,
    /// The SHA-256 of the content (FIPS 180-4); `None` for content that was
    /// uploaded directly to the object storage and is not processed yet.
    pub sha256: Option<[u8; 32]>,
    /// The processing state.
    pub processing: Processing,
    /// The properties that processing found: `{"pages": 12}`.
    pub properties: JsonObject,
    /// Whether it has thumbnails.
    pub has_thumbnails: bool,
    /// The job that processes it.
    pub job: JobId,
    /// The revision.
    pub revision: Revision,
}

impl DocumentVersion {
    /// A worker begins to process it. Allowed again after a worker was lost.
    pub fn start(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Pending | Processing::Processing | Processing::Failed(_) => {
                Ok(self.with(Processing::Processing, at))
            }
            _ => Err(self.cannot("start")),
        }
    }

    /// It was processed.
    pub fn finish(self, sha256: [u8; 32], at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Processing => {
                Ok(Self { sha256: Some(sha256), ..self.with(Processing::Ready, at) })
            }
            _ => Err(self.cannot("finish")),
        }
    }

    /// Its content cannot be read.
    pub fn give_up(
        self,
        sha256: [u8; 32],
        verdict: Verdict,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Processing => {
                Ok(Self { sha256: Some(sha256), ..self.with(Processing::Unreadable(verdict), at) })
            }
            _ => Err(self.cannot("give up")),
        }
    }

    /// Its content is not what was uploaded.
    pub fn reject(self, verdict: Verdict, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Processing => Ok(self.with(Processing::Rejected(verdict), at)),
            _ => Err(self.cannot("reject")),
        }
    }

    /// It could not be processed.
    pub fn fail(self, verdict: Verdict, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Pending | Processing::Processing => {
                Ok(self.with(Processing::Failed(verdict), at))
            }
            _ => Err(self.cannot("fail")),
        }
    }

    /// Its content was lost, in any state.
    #[must_use]
    pub fn lose(self, verdict: Verdict, at: Timestamp) -> Self {
        self.with(Processing::Failed(verdict), at)
    }

    const fn cannot(&self, attempted: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.processing.name(), attempted }
    }

    fn with(self, processing: Processing, at: Timestamp) -> Self {
        Self { processing, revision: self.revision.next(at), ..self }
    }
}

/// The values of a new document besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDraft {
    /// The name.
    pub name: Name,
    /// The project that it belongs to, if any.
    pub project: Option<ProjectId>,
    /// Metadata of the client.
    pub metadata: JsonObject,
}

/// A change of a document; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentChanges {
    /// The new name.
    pub name: Option<Name>,
    /// The new project, or its removal.
    pub project: Patch<ProjectId>,
    /// The metadata after a merge patch.
    pub metadata: Option<JsonObject>,
}

/// The identity of a document.
pub type DocumentId = Id<Document>;

/// A file with its newest version: a drawing, a photo, a building model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The identity.
    pub id: DocumentId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The project that it belongs to, if any.
    pub project: Option<ProjectId>,
    /// The name.
    pub name: Name,
    /// Metadata of the client.
    pub metadata: JsonObject,
    /// The newest version.
    pub current: DocumentVersion,
    /// The revision.
    pub revision: Revision,
}

impl Document {
    /// A new document with its first version.
    #[must_use]
    pub fn create(
        organization: OrganizationId,
        draft: DocumentDraft,
        first: DocumentVersion,
        at: Timestamp,
    ) -> Self {
        Self {
            id: first.document,
            organization,
            project: draft.project,
            name: draft.name,
            metadata: draft.metadata,
            current: first,
            revision: Revision::first(at),
        }
    }

    /// The kind, which follows from the newest version's content type.
    #[must_use]
    pub const fn kind(&self) -> DocumentKind {
        self.current.content_type.kind()
    }

    /// The document after a change. The extension of the name must agree with the
    /// content type.
    pub fn change(self, changes: DocumentChanges, at: Timestamp) -> Result<Self, Invalid> {
        let name = changes.name.unwrap_or(self.name);
        self.current.content_type.agrees(name.as_str(), None)?;
        let mut project = self.project;
        changes.project.apply(&mut project);
        Ok(Self {
            name,
            project,
            metadata: changes.metadata.unwrap_or(self.metadata),
            revision: self.revision.next(at),
            ..self
        })
    }

    /// The document with another newest version.
    #[must_use]
    pub fn supersede(self, next: DocumentVersion, at: Timestamp) -> Self {
        Self { current: next, revision: self.revision.next(at), ..self }
    }
}
