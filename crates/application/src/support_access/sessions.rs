use plinth_domain::{Permission, SupportSession, SupportSessionId};
use plinth_ports::{Page, PageRequest, SupportSessionFilter, SupportSessionSort};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::ended;
use crate::{
    Command, Context, Error, JobKind, Query, Reading, Recorded, View, job_kind::id,
    resource::Resource,
};

impl Resource for SupportSession {
    const KIND: &'static str = "support_session";
    const TOPIC: &'static str = "support_sessions";
    const READ: Permission = Permission::SupportAccessRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "operator": self.operator.as_str(),
            "reason": self.reason.as_str(),
            "read_only": self.read_only,
            "expires_at": self.expires_at,
            "ended_at": self.ended_at,
            "version": self.revision.version.number(),
        })
    }
}

/// Lists the organization's support sessions.
#[derive(Debug)]
pub struct ListSupportSessions {
    /// Selects the sessions.
    pub filter: SupportSessionFilter,
    /// The order and the position.
    pub page: PageRequest<SupportSessionSort>,
}

impl Query for ListSupportSessions {
    const NAME: &'static str = "support_session.list";
    const PERMISSION: Permission = Permission::SupportAccessRead;
    type Output = Page<SupportSession>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, self.filter != SupportSessionFilter::default())
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<SupportSession>, Error> {
        Ok(view.unit.support_sessions().list(&self.filter, &self.page).await?)
    }
}

/// The job that tells of a session's end when its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSupportSession {
    /// The session.
    #[serde(with = "id")]
    pub session: SupportSessionId,
}

impl JobKind for EndSupportSession {
    const KIND: &'static str = "support_session.end";

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.session))
    }
}

/// A worker tells of the end of a session whose time is over.
#[derive(Debug, Clone, Copy)]
pub struct CloseSupportSession {
    /// The session.
    pub session: SupportSessionId,
}

impl Command for CloseSupportSession {
    const NAME: &'static str = "support_session.close";
    /// What every worker has.
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let found = ctx.unit.support_sessions().find(self.session).await?;
        let Some(before) = found.filter(|session| session.ended_at.is_none()) else {
            return Ok(Recorded::without_audit(()));
        };
        let after = before.clone().end(before.expires_at.min(ctx.now));
        ctx.unit.support_sessions().update(&after).await?;
        Ok(Recorded::new((), ended(&before, &after)?))
    }
}
