use chrono::TimeDelta;
use plinth_domain::{
    Access, Document, DocumentLink, DocumentLinkId, DocumentVersionId, OrganizationStatus,
    Password, Permission, Timestamp,
};
use plinth_ports::{Match, Origin, PasswordHash, Quota};

use super::{
    DOCUMENT_LINK_ENDED, DOCUMENT_LINK_INVALID, DOCUMENT_LINK_PASSWORD_NEEDED,
    DOCUMENT_LINK_PASSWORD_WRONG,
    token::{Given, Grant},
};
use crate::{
    Application, AuditRecord, Caller, Command, Context, Error, Query, Recorded, View,
    documents::Download,
};

/// How long a grant is valid.
const GRANT_LIFETIME: TimeDelta = TimeDelta::minutes(5);

const INVALID: Error = Error::Unauthenticated {
    code: DOCUMENT_LINK_INVALID,
    detail: "the link does not exist, or was removed",
};

const PASSWORD_NEEDED: Error = Error::Unauthenticated {
    code: DOCUMENT_LINK_PASSWORD_NEEDED,
    detail: "the link asks for a password",
};

const PASSWORD_WRONG: Error = Error::Unauthenticated {
    code: DOCUMENT_LINK_PASSWORD_WRONG,
    detail: "the password is not that of the link",
};

/// A document, as a reader of a link to it sees it.
#[derive(Debug, Clone)]
pub struct SharedDocument {
    /// The document with its newest version.
    pub document: Document,
    /// The link.
    pub link: DocumentLink,
}

/// A permission to read the bytes of one version for five minutes.
#[derive(Debug, Clone)]
pub struct DownloadGrant {
    /// The text for the query.
    pub text: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Application {
    /// What a link leads to.
    pub async fn open_document_link(
        &self,
        origin: &Origin,
        token: &str,
    ) -> Result<SharedDocument, Error> {
        let given = self.given(origin, token).await?;
        self.query(&reader(given, origin), Open { link: given.link }).await
    }

    /// Counts a download, and gives the permission for it. The password is that of the link, if it has
    /// one.
    pub async fn download_by_link(
        &self,
        origin: &Origin,
        token: &str,
        password: Option<Password>,
    ) -> Result<DownloadGrant, Error> {
        let given = self.given(origin, token).await?;
        let reader = reader(given, origin);
        let SharedDocument { link, .. } = self.query(&reader, Open { link: given.link }).await?;
        self.check_link_password(origin, &link, password).await?;
        let version = self.execute(&reader, CountDownload { link: given.link }).await?;
        let expires_at = self.now() + GRANT_LIFETIME;
        let grant = Grant { given, version, ends: expires_at.timestamp() };
        Ok(DownloadGrant { text: grant.text(&self.ports.security.key), expires_at })
    }

    /// Opens the bytes for which a grant was given.
    pub async fn open_granted(&self, origin: &Origin, grant: &str) -> Result<Download, Error> {
        let key = &self.ports.security.key;
        let Some(grant) = Grant::parse(grant, key, self.now()) else {
            self.throttle(Quota::LoginAddress, &origin.block().to_string()).await?;
            return Err(INVALID);
        };
        self.query(&reader(grant.given, origin), OpenGranted { grant }).await
    }

    /// A forged token is counted against the allowance of its address.
    async fn given(&self, origin: &Origin, token: &str) -> Result<Given, Error> {
        if let Some(given) = Given::parse(token, &self.ports.security.key) {
            return Ok(given);
        }
        self.throttle(Quota::LoginAddress, &origin.block().to_string()).await?;
        Err(INVALID)
    }

    /// Failures are counted by link and address block before the password is compared.
    async fn check_link_password(
        &self,
        origin: &Origin,
        link: &DocumentLink,
        password: Option<Password>,
    ) -> Result<(), Error> {
        let Some(hash) = &link.password else { return Ok(()) };
        let password = password.ok_or(PASSWORD_NEEDED)?;
        let (security, hash) = (&self.ports.security, PasswordHash(hash.0.clone()));
        let here = format!("{} {}", origin.block(), link.id);
        self.throttle(Quota::LoginFailures, &here).await?;
        match security.hasher.verify(password, Some(hash), origin.block()).await? {
            Match::No => Err(PASSWORD_WRONG),
            Match::Yes | Match::Outdated => {
                security.limiter.refund(Quota::LoginFailures, &here).await;
                Ok(())
            }
        }
    }
}

fn reader(given: Given, origin: &Origin) -> Caller {
    Caller {
        access: Access::of_document_link(given.organization, given.link),
        credential: [0; 32],
        origin: origin.clone(),
    }
}

fn ended() -> Error {
    Error::conflict(DOCUMENT_LINK_ENDED, "the link has expired, or its downloads are used up")
}

struct Open {
    link: DocumentLinkId,
}

impl Query for Open {
    const NAME: &'static str = "document_link.open";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = SharedDocument;

    async fn run(self, view: &mut View<'_>) -> Result<SharedDocument, Error> {
        let link = found(view, self.link).await?;
        if !link.is_live(view.now) {
            return Err(ended());
        }
        let document = view.unit.documents().find(link.document).await?.ok_or(INVALID)?;
        Ok(SharedDocument { document, link })
    }
}

struct OpenGranted {
    grant: Grant,
}

impl Query for OpenGranted {
    const NAME: &'static str = "document_link.open_content";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Download;

    async fn run(self, view: &mut View<'_>) -> Result<Download, Error> {
        let link = found(view, self.grant.given.link).await?;
        let document = view.unit.documents().find(link.document).await?.ok_or(INVALID)?;
        let version = view.unit.document_versions().find(self.grant.version).await?;
        let version = version.filter(|version| version.document == document.id).ok_or(INVALID)?;
        Download::of(document, version)
    }
}

/// The link, in an organization that is active.
async fn found(view: &mut View<'_>, link: DocumentLinkId) -> Result<DocumentLink, Error> {
    let organization = view.unit.organization().find().await?;
    if organization.is_none_or(|found| found.status == OrganizationStatus::Suspended) {
        return Err(INVALID);
    }
    view.unit.document_links().find(link).await?.ok_or(INVALID)
}

struct CountDownload {
    link: DocumentLinkId,
}

impl Command for CountDownload {
    const NAME: &'static str = "document_link.download";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = DocumentVersionId;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<DocumentVersionId>, Error> {
        // Two readers at once do not use one download.
        ctx.unit.usage().lock("document_links").await?;
        let before = ctx.unit.document_links().find(self.link).await?.ok_or(INVALID)?;
        if !before.is_live(ctx.now) {
            return Err(ended());
        }
        let document = ctx.unit.documents().find(before.document).await?.ok_or(INVALID)?;
        let version = Download::newest(document)?.version.id;
        let after = before.clone().downloaded(ctx.now);
        ctx.unit.document_links().update(&after).await.map_err(Error::write::<DocumentLink>)?;
        let audit = AuditRecord::changed("document_link.downloaded", &before, &after)?;
        Ok(Recorded::new(version, audit))
    }
}
