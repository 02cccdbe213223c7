use crate::{
    Code, ContentType, DocumentId, DocumentKind, DocumentVersionId, Invalid, InvalidTransition,
    JobId, JsonObject, Name, OrganizationId, Patch, ProjectId, Revision, Timestamp,
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

/// How far the processing of a version has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Processing {
    /// It waits for a worker.
    Pending,
    /// A worker looks into it.
    Processing,
    /// It was understood.
    Ready,
    /// It is not what it claims to be, or goes beyond a limit.
    Rejected(Verdict),
    /// It could not be looked into, however often it was tried.
    Failed(Verdict),
}

/// Why a version is of no use, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The [`Code`]'s name: `document.malformed`. Stored text may be older
    /// than the list of codes.
    pub code: String,
    /// A sentence for the uploader.
    pub detail: String,
}

impl Verdict {
    /// A verdict with its code and a sentence for the uploader.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code: code.name().to_owned(), detail: detail.into() }
    }
}

impl Processing {
    /// The names of all states, in the order they are passed through.
    pub const NAMES: [&str; 5] = ["pending", "processing", "ready", "rejected", "failed"];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Rejected(_) => "rejected",
            Self::Failed(_) => "failed",
        }
    }

    /// Why it is of no use, where it is.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        match self {
            Self::Rejected(verdict) | Self::Failed(verdict) => Some(verdict),
            Self::Pending | Self::Processing | Self::Ready => None,
        }
    }
}

/// The bytes of a document as they were uploaded once. They never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVersion {
    /// Names it, and its place in the object storage.
    pub id: DocumentVersionId,
    /// The document that it is a version of.
    pub document: DocumentId,
    /// Its number in the document, from 1.
    pub number: u32,
    /// What its content is.
    pub content_type: ContentType,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// The SHA-256 of its bytes (FIPS 180-4); `None` while nobody has seen
    /// them: they went straight to the object storage.
    pub sha256: Option<[u8; 32]>,
    /// How far its processing has come.
    pub processing: Processing,
    /// What was found in it: `{"pages": 12}`.
    pub properties: JsonObject,
    /// Whether there are thumbnails of it.
    pub has_thumbnails: bool,
    /// The job that looks into it.
    pub job: JobId,
    /// When and how often it was written.
    pub revision: Revision,
}

impl DocumentVersion {
    /// A worker begins to look into it; also again, after another one was lost.
    pub fn start(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Pending | Processing::Processing | Processing::Failed(_) => {
                Ok(self.with(Processing::Processing, at))
            }
            _ => Err(self.cannot("start")),
        }
    }

    /// It was looked into.
    pub fn finish(self, sha256: [u8; 32], at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Processing => {
                Ok(Self { sha256: Some(sha256), ..self.with(Processing::Ready, at) })
            }
            _ => Err(self.cannot("finish")),
        }
    }

    /// It is not what it claims to be.
    pub fn reject(self, verdict: Verdict, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Processing => Ok(self.with(Processing::Rejected(verdict), at)),
            _ => Err(self.cannot("reject")),
        }
    }

    /// It could not be looked into.
    pub fn fail(self, verdict: Verdict, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.processing {
            Processing::Pending | Processing::Processing => {
                Ok(self.with(Processing::Failed(verdict), at))
            }
            _ => Err(self.cannot("fail")),
        }
    }

    /// Its bytes are gone, however far it had come.
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

/// What a client says about a document besides its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDraft {
    /// What it is called.
    pub name: Name,
    /// The project that it belongs to.
    pub project: Option<ProjectId>,
    /// What the client wants to remember with it.
    pub metadata: JsonObject,
}

/// What a change says about a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentChanges {
    /// Another name.
    pub name: Option<Name>,
    /// Another project, or none.
    pub project: Patch<ProjectId>,
    /// The metadata after the merge.
    pub metadata: Option<JsonObject>,
}

/// A file, with all its versions: a drawing, a photo, a building model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Names it.
    pub id: DocumentId,
    /// The organization whose it is.
    pub organization: OrganizationId,
    /// The project that it belongs to.
    pub project: Option<ProjectId>,
    /// What it is called.
    pub name: Name,
    /// What the client wants to remember with it.
    pub metadata: JsonObject,
    /// Its newest version.
    pub current: DocumentVersion,
    /// When and how often it was written.
    pub revision: Revision,
}

impl Document {
    /// A new document of one version.
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

    /// What kind of document its newest version makes it.
    #[must_use]
    pub const fn kind(&self) -> DocumentKind {
        self.current.content_type.kind()
    }

    /// The document after a change. A name must not claim another type than
    /// the content has.
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
