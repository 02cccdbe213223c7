//! What a worker stores of an export that it makes.

use plinth_domain::{
    ExportFile, ExportState, Organization, OrganizationExport, OrganizationExportId, Permission,
    Timestamp,
};
use plinth_ports::MailKind;

use super::{RemoveExport, request::KEPT};
use crate::{Command, Context, Error, Recorded, SendMail, mail::Link, resource::Found};

/// A worker has begun a multipart upload for an export.
#[derive(Debug, Clone)]
pub struct BeginExport {
    /// The export.
    pub id: OrganizationExportId,
    /// The storage's identifier of the upload.
    pub upload: String,
}

/// An export that a worker makes.
#[derive(Debug, Clone)]
pub struct BegunExport {
    /// The upload of an earlier attempt, which is to be discarded.
    pub earlier: Option<String>,
    /// The organization.
    pub organization: Organization,
    /// The time.
    pub at: Timestamp,
}

impl Command for BeginExport {
    const NAME: &'static str = "organization_export.begin";
    const PERMISSION: Permission = Permission::DocumentCreate;
    /// `None` when the export has ended, or is gone.
    type Output = Option<BegunExport>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Option<BegunExport>>, Error> {
        let found = ctx.unit.organization_exports().find(self.id).await?;
        let Some((export, ExportState::Pending(earlier))) =
            found.map(|export| (export.clone(), export.state))
        else {
            return Ok(Recorded::without_audit(None));
        };
        let begun = export.attempt(self.upload, ctx.now)?;
        ctx.unit.organization_exports().update(&begun).await?;
        let organization = ctx.unit.organization().find().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        Ok(Recorded::without_audit(Some(BegunExport { earlier, organization, at: ctx.now })))
    }
}

/// A worker has made the file of an export.
#[derive(Debug, Clone)]
pub struct StoreExport {
    /// The export.
    pub id: OrganizationExportId,
    /// The length of the file in bytes.
    pub size_bytes: u64,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The number of rows.
    pub rows: u64,
    /// The number of files of documents.
    pub files: u64,
}

impl Command for StoreExport {
    const NAME: &'static str = "organization_export.store";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = ctx.unit.organization_exports().get(self.id).await?;
        let expires_at = ctx.now + KEPT;
        let Self { id, size_bytes, sha256, rows, files } = self;
        let file = ExportFile { size_bytes, sha256, rows, files, expires_at };
        let after = before.clone().succeed(file, ctx.now)?;
        ctx.unit.organization_exports().update(&after).await?;
        ctx.enqueue_at(RemoveExport { export: id }, expires_at).await?;
        tell(ctx, &after).await?;
        let Recorded { audits, .. } =
            Recorded::changed("organization_export.succeeded", &before, after)?;
        Ok(Recorded { output: (), audits })
    }
}

/// An export could not be made.
#[derive(Debug, Clone)]
pub struct FailExport {
    /// The export.
    pub id: OrganizationExportId,
    /// The code of the error.
    pub code: String,
}

impl Command for FailExport {
    const NAME: &'static str = "organization_export.fail";
    const PERMISSION: Permission = Permission::DocumentCreate;
    /// The upload of the last attempt, which is to be discarded.
    type Output = Option<String>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Option<String>>, Error> {
        let found = ctx.unit.organization_exports().find(self.id).await?;
        let Some((before, ExportState::Pending(upload))) =
            found.map(|export| (export.clone(), export.state))
        else {
            return Ok(Recorded::without_audit(None));
        };
        let after = before.clone().fail(self.code, ctx.now)?;
        ctx.unit.organization_exports().update(&after).await?;
        ctx.enqueue_at(RemoveExport { export: self.id }, ctx.now + KEPT).await?;
        let Recorded { audits, .. } =
            Recorded::changed("organization_export.failed", &before, after)?;
        Ok(Recorded { output: upload, audits })
    }
}

/// Enqueues a mail to who has asked for it, if that is still a member.
async fn tell(ctx: &mut Context<'_>, export: &OrganizationExport) -> Result<(), Error> {
    if ctx.mail.is_none() || ctx.unit.members().find(export.requested_by).await?.is_none() {
        return Ok(());
    }
    let (organization, member) = ctx.mail_parties(export.requested_by).await?;
    let language = organization.settings.locale.language();
    let mail = SendMail::new(MailKind::ExportReady, &member.email, language)
        .greeting(member.name.as_str())
        .saying("organization", organization.name.as_str())
        .saying("days", KEPT.num_days().to_string())
        .leading_to(Link::Export { export: export.id });
    ctx.enqueue(mail).await.map(drop)
}
