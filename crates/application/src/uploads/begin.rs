use plinth_domain::{
    DocumentDraft, DocumentId, Permission, Revision, Upload, UploadMethod, UploadProgress,
    UploadState, UploadTarget,
};

use super::Terms;
use crate::{
    Command, Context, Error, Expected, Recorded,
    documents::{NOT_FOUND, unknown_project},
};

/// How the bytes of an upload will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct How {
    /// By which method.
    pub method: UploadMethod,
    /// How many, where that is known.
    pub length: Option<u64>,
    /// What the client claims their type to be.
    pub claimed_type: Option<String>,
}

/// An upload that is recorded and may begin.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The upload.
    pub upload: Upload,
    /// What it must keep to.
    pub terms: Terms,
}

/// Records an upload that leads to a new document.
#[derive(Debug, Clone)]
pub struct BeginUpload {
    /// What the document is to be.
    pub draft: DocumentDraft,
    /// How its bytes will come.
    pub how: How,
}

impl Command for BeginUpload {
    const NAME: &'static str = "document.begin_upload";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Begun;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Begun>, Error> {
        if let Some(project) = self.draft.project {
            ctx.unit.projects().find(project).await?.ok_or_else(unknown_project)?;
        }
        let name = self.draft.name.as_str().to_owned();
        let document = ctx.id();
        begin(ctx, document, UploadTarget::NewDocument(self.draft), self.how, &name).await
    }
}

/// Records an upload that leads to another version of a document.
#[derive(Debug, Clone)]
pub struct BeginVersion {
    /// Of which document.
    pub document: DocumentId,
    /// The revision that the caller saw.
    pub expected: Expected,
    /// How its bytes will come.
    pub how: How,
}

impl Command for BeginVersion {
    const NAME: &'static str = "document.begin_version";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = Begun;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Begun>, Error> {
        let document = ctx.unit.documents().find(self.document).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&document.revision)?;
        let name = document.name.as_str();
        begin(ctx, document.id, UploadTarget::NewVersion, self.how, name).await
    }
}

async fn begin(
    ctx: &mut Context<'_>,
    document: DocumentId,
    target: UploadTarget,
    how: How,
    name: &str,
) -> Result<Recorded<Begun>, Error> {
    let organization = ctx.unit.organization().find().await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    let terms = Terms::of(&organization, &ctx.policy, name);
    terms.admit(how.length.unwrap_or_default())?;
    let upload = Upload {
        id: ctx.id(),
        organization: ctx.organization(),
        created_by: ctx.person()?,
        document,
        document_version: ctx.id(),
        target,
        method: how.method,
        length: how.length,
        claimed_type: how.claimed_type,
        progress: UploadProgress::default(),
        state: UploadState::Open,
        expires_at: ctx.now + ctx.policy.upload,
        revision: Revision::first(ctx.now),
    };
    ctx.unit.uploads().insert(&upload).await?;
    Ok(Recorded::silent(Begun { upload, terms }))
}
