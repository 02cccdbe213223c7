use plinth_domain::{
    Forbidden, Id, Job, JobDraft, OperatorReason, OrganizationId, OrganizationStatus,
    SupportSession, SupportSessionId, SupportToken,
};
use plinth_ports::{Invalidation, Signal, SystemUnit};

use super::{Deed, Operator, SUPPORT_ACCESS_MISSING, SUPPORT_SESSION_TOO_MANY};
use crate::{
    Application, AuditRecord, Error, JobKind, Token,
    execute::{detached, use_case_span},
    job_kind::cause,
    support_access::{EndSupportSession, MAX_LIVE, ended},
};

/// A session that an operator begins in an organization.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The organization.
    pub organization: OrganizationId,
    /// Why.
    pub reason: OperatorReason,
}

/// A session with its token, which is shown only now.
#[derive(Debug)]
pub struct BegunSession {
    /// The session.
    pub session: SupportSession,
    /// The token.
    pub token: Token,
}

impl Application {
    /// Begins a session in an organization that has consented. Its audit log tells of it.
    pub async fn begin_support_session(
        &self,
        operator: &Operator,
        new: NewSession,
    ) -> Result<BegunSession, Error> {
        let (app, operator) = (self.clone(), operator.clone());
        detached(use_case_span("operator.begin_support_session"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let begun = app.begin_session(&mut *unit, &operator, new).await?;
            app.commit(unit).await?;
            app.ports.security.cache.put_known(begun.token.hash());
            app.ports.bus.publish(Signal::Jobs);
            Ok(begun)
        })
        .await
    }

    async fn begin_session(
        &self,
        unit: &mut dyn SystemUnit,
        operator: &Operator,
        NewSession { organization, reason }: NewSession,
    ) -> Result<BegunSession, Error> {
        // A consent is taken back under the same lock.
        let found = unit.lock_organization(organization).await?;
        let found = found.ok_or(Error::NotFound("organization"))?;
        if found.status != OrganizationStatus::Active {
            return Err(Forbidden::Suspended.into());
        }
        let now = unit.now();
        let missing = || Error::Refused {
            code: SUPPORT_ACCESS_MISSING,
            detail: "the organization has given no consent that is still valid".into(),
        };
        let consent = unit.find_support_access(organization).await?.ok_or_else(missing)?;
        if unit.count_live_support_sessions(organization, now).await? >= u64::from(MAX_LIVE) {
            let detail = "end other support sessions of the organization first";
            return Err(Error::conflict(SUPPORT_SESSION_TOO_MANY, detail));
        }
        let token = Token::mint(Token::SUPPORT, organization, &*self.ports.security.secrets);
        let by = (operator.name, reason.clone());
        let id = Id::from_uuid(self.ports.ids.at(now));
        let session = SupportSession::open(id, &consent, by, SupportToken(token.hash()), now);
        let session = session.ok_or_else(missing)?;
        unit.insert_support_session(&session).await?;
        let end = EndSupportSession { session: id };
        let end = JobDraft { run_at: Some(session.expires_at), ..end.draft()? };
        let job = Id::from_uuid(self.ports.ids.at(now));
        let job = Job::queue(job, organization, end, cause(None, &operator.origin), now);
        unit.enqueue(&job).await?;
        let audit = AuditRecord::created("support_session.started", &session)?;
        let told = (audit, Some(id.uuid()));
        self.tell_organization(unit, operator, organization, told).await?;
        let deed = Deed {
            target: Some(id.uuid()),
            ..Deed::to("support_session.started", organization, reason)
        };
        self.log_deed(unit, operator, deed).await?;
        Ok(BegunSession { session, token })
    }

    /// Ends a session before its time. One that has ended stays as it is.
    pub async fn end_support_session(
        &self,
        operator: &Operator,
        organization: OrganizationId,
        session: SupportSessionId,
    ) -> Result<SupportSession, Error> {
        let (app, operator) = (self.clone(), operator.clone());
        detached(use_case_span("operator.end_support_session"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.lock_support_session(organization, session).await?;
            let before = found.ok_or(Error::NotFound("support_session"))?;
            if before.ended_at.is_some() {
                return Ok(before);
            }
            let after = before.clone().end(unit.now());
            unit.update_support_session(&after).await?;
            let told = (ended(&before, &after)?, Some(session.uuid()));
            app.tell_organization(&mut *unit, &operator, organization, told).await?;
            let deed = Deed {
                action: "support_session.ended",
                organization: Some(organization),
                target: Some(session.uuid()),
                reason: None,
            };
            app.log_deed(&mut *unit, &operator, deed).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::Organization(organization)).await;
            committed.map(|()| after)
        })
        .await
    }
}
