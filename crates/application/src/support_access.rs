//! The consent of an organization that operators work in it, and the sessions in which they do. How
//! operators begin a session is in `operators`.

mod sessions;

use plinth_domain::{Permission, SupportAccess, SupportAccessDraft, SupportSession};
use plinth_ports::{
    Direction, Invalidation, PageRequest, Sort, SupportSessionFilter, SupportSessionSort,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Query, Reading, Recorded, View,
    resource::{Found, Resource},
};

pub use sessions::{CloseSupportSession, EndSupportSession, ListSupportSessions};

plinth_domain::codes! {
    SUPPORT_ACCESS_EXCEEDS_CALLER = "support_access.exceeds_caller",
        "Who consents must have every permission that the consent gives.";
}

/// The most sessions of one organization that are live at once.
pub(crate) const MAX_LIVE: u16 = 20;

impl Resource for SupportAccess {
    const KIND: &'static str = "support_access";
    const TOPIC: &'static str = "support_access";
    const READ: Permission = Permission::SupportAccessRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "expires_at": self.expires_at,
            "read_only": self.read_only,
            "reason": self.reason.as_str(),
            "version": self.revision.version.number(),
        })
    }
}

/// Reads the organization's consent.
#[derive(Debug, Clone, Copy)]
pub struct GetSupportAccess;

impl Query for GetSupportAccess {
    const NAME: &'static str = "support_access.get";
    const PERMISSION: Permission = Permission::SupportAccessRead;
    type Output = SupportAccess;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<SupportAccess, Error> {
        let id = SupportAccess::id_of(view.access.organization());
        view.unit.support_access().get(id).await
    }
}

/// Consents that operators work in the organization until a time, in the place of an earlier consent.
/// Sessions that do more than the new one allows end.
#[derive(Debug, Clone)]
pub struct GrantSupportAccess {
    /// The values.
    pub draft: SupportAccessDraft,
}

impl Command for GrantSupportAccess {
    const NAME: &'static str = "support_access.grant";
    const PERMISSION: Permission = Permission::SupportAccessUpdate;
    type Output = SupportAccess;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<SupportAccess>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        ctx.check_fresh_proof()?;
        let given = SupportAccess::permissions(self.draft.read_only);
        if !ctx.access.permissions().includes(given) {
            let detail = "the caller lacks permissions that the consent gives".into();
            return Err(Error::Refused { code: SUPPORT_ACCESS_EXCEEDS_CALLER, detail });
        }
        let checked = SupportAccess::check_expiry(self.draft.expires_at, ctx.now);
        checked.map_err(|invalid| Error::field("/expires_at", invalid))?;
        let id = SupportAccess::id_of(ctx.organization());
        let before = ctx.unit.support_access().find(id).await?;
        let (consent, audit) = if let Some(before) = before {
            let after = before.clone().replace(self.draft, ctx.now);
            ctx.unit.support_access().update(&after).await?;
            let audit = AuditRecord::changed("support_access.granted", &before, &after)?;
            (after, audit)
        } else {
            let consent = SupportAccess::grant(ctx.organization(), self.draft, ctx.now);
            ctx.unit.support_access().insert(&consent).await?;
            let audit = AuditRecord::created("support_access.granted", &consent)?;
            (consent, audit)
        };
        let ended = end_sessions(ctx, |session| !consent.covers(session)).await?;
        Ok(Recorded::new(consent, audit).along_with(ended))
    }
}

/// Takes the consent back. Every session ends at once.
#[derive(Debug, Clone, Copy)]
pub struct RevokeSupportAccess;

impl Command for RevokeSupportAccess {
    const NAME: &'static str = "support_access.revoke";
    const PERMISSION: Permission = Permission::SupportAccessUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let id = SupportAccess::id_of(ctx.organization());
        let consent = ctx.unit.support_access().get(id).await?;
        ctx.unit.support_access().remove(&consent).await?;
        let audit = AuditRecord::removed("support_access.revoked", &consent)?;
        let ended = end_sessions(ctx, |_| true).await?;
        Ok(Recorded::new((), audit).along_with(ended))
    }
}

/// Ends the live sessions that `which` selects.
async fn end_sessions(
    ctx: &mut Context<'_>,
    which: impl Fn(&SupportSession) -> bool + Send,
) -> Result<Vec<AuditRecord>, Error> {
    let mut audits = Vec::new();
    for before in live_sessions(ctx).await? {
        if which(&before) {
            let after = before.clone().end(ctx.now);
            ctx.unit.support_sessions().update(&after).await?;
            audits.push(ended(&before, &after)?);
        }
    }
    if !audits.is_empty() {
        ctx.forget(Invalidation::Organization(ctx.organization()));
    }
    Ok(audits)
}

async fn live_sessions(ctx: &mut Context<'_>) -> Result<Vec<SupportSession>, Error> {
    let sort = Sort { by: SupportSessionSort::CreatedAt, direction: Direction::Ascending };
    let page = PageRequest::first(2 * MAX_LIVE, sort);
    let filter = SupportSessionFilter { live_at: Some(ctx.now) };
    Ok(ctx.unit.support_sessions().list(&filter, &page).await?.items)
}

/// The audit record of a session's end.
pub(crate) fn ended(before: &SupportSession, after: &SupportSession) -> Result<AuditRecord, Error> {
    AuditRecord::changed("support_session.ended", before, after)
}
