//! An organization's consent that operators work in it, and the sessions in which they do.

use chrono::TimeDelta;

use crate::{
    Id, Invalid, OperatorName, OperatorReason, OrganizationId, Permission, PermissionSet, Revision,
    Role, Timestamp,
};

crate::codes! {
    SUPPORT_ACCESS_EXPIRY = "support_access.expiry",
        "The consent ends in the future, at most seven days from now.";
}

/// The identity of a consent: that of its organization, which has one at most.
pub type SupportAccessId = Id<SupportAccess>;

/// The identity of a support session.
pub type SupportSessionId = Id<SupportSession>;

/// What no support session may do, also by a wide consent: it changes no consent, no right of a member
/// (also not on a project, or by a team), no credential, no secret, and not how users prove who they are.
const WITHHELD: &[Permission] = &[
    Permission::SupportAccessUpdate,
    Permission::OrganizationUpdate,
    Permission::OrganizationExport,
    Permission::OrganizationErase,
    Permission::MemberUpdate,
    Permission::MemberRemove,
    Permission::RoleCreate,
    Permission::RoleUpdate,
    Permission::RoleDelete,
    Permission::ProjectAccessUpdate,
    // A team has roles on projects.
    Permission::TeamCreate,
    Permission::TeamUpdate,
    Permission::TeamDelete,
    // The provider of identities, and the domains whose users become members.
    Permission::SsoUpdate,
    Permission::InvitationCreate,
    Permission::InvitationRevoke,
    Permission::ApiKeyCreate,
    Permission::ApiKeyRevoke,
    // The token of a link to a document outlives the session.
    Permission::DocumentLinkCreate,
    Permission::DocumentLinkRead,
    Permission::DocumentLinkUpdate,
    Permission::DocumentLinkDelete,
    // Webhooks and models have secrets.
    Permission::WebhookCreate,
    Permission::WebhookUpdate,
    Permission::WebhookDelete,
    Permission::ModelCreate,
    Permission::ModelUpdate,
    Permission::ModelDelete,
    // Notifications belong to a person, and the operator is none of the organization.
    Permission::NotificationRead,
    Permission::NotificationUpdate,
];

/// The values of a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportAccessDraft {
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether operators may read only.
    pub read_only: bool,
    /// Why it is given.
    pub reason: OperatorReason,
}

/// An organization's consent that operators work in it for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportAccess {
    /// The identity.
    pub id: SupportAccessId,
    /// The organization.
    pub organization: OrganizationId,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether operators may read only.
    pub read_only: bool,
    /// Why it was given.
    pub reason: OperatorReason,
    /// The revision.
    pub revision: Revision,
}

impl SupportAccess {
    /// The longest time that a consent is valid for.
    pub const MAX_LIFETIME: TimeDelta = TimeDelta::days(7);

    /// The identity of an organization's consent.
    #[must_use]
    pub const fn id_of(organization: OrganizationId) -> SupportAccessId {
        Id::from_uuid(organization.uuid())
    }

    /// A new consent.
    #[must_use]
    pub fn grant(organization: OrganizationId, draft: SupportAccessDraft, at: Timestamp) -> Self {
        let SupportAccessDraft { expires_at, read_only, reason } = draft;
        let (id, revision) = (Self::id_of(organization), Revision::first(at));
        Self { id, organization, expires_at, read_only, reason, revision }
    }

    /// The consent with other values.
    #[must_use]
    pub fn replace(self, draft: SupportAccessDraft, at: Timestamp) -> Self {
        let SupportAccessDraft { expires_at, read_only, reason } = draft;
        Self { expires_at, read_only, reason, revision: self.revision.next(at), ..self }
    }

    /// Checks when a consent ends that is given at `at`.
    pub fn check_expiry(expires_at: Timestamp, at: Timestamp) -> Result<(), Invalid> {
        if expires_at > at && expires_at - at <= Self::MAX_LIFETIME {
            return Ok(());
        }
        let detail = "must be in the future, at most seven days from now";
        Err(Invalid::new(SUPPORT_ACCESS_EXPIRY, detail))
    }

    /// The permissions that a consent gives.
    #[must_use]
    pub fn permissions(read_only: bool) -> PermissionSet {
        let role = if read_only { Role::Viewer } else { Role::Admin };
        role.permissions().iter().filter(|permission| !WITHHELD.contains(permission)).collect()
    }

    /// Whether it covers a session: the session may do no more, and ends no later.
    #[must_use]
    pub fn covers(&self, session: &SupportSession) -> bool {
        (session.read_only || !self.read_only) && session.expires_at <= self.expires_at
    }
}

/// The SHA-256 of a session's token. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SupportToken(pub [u8; 32]);

impl std::fmt::Debug for SupportToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SupportToken(…)")
    }
}

/// A session in which an operator works in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportSession {
    /// The identity.
    pub id: SupportSessionId,
    /// The organization.
    pub organization: OrganizationId,
    /// The operator.
    pub operator: OperatorName,
    /// Why the operator works there.
    pub reason: OperatorReason,
    /// Whether the operator may read only.
    pub read_only: bool,
    /// The hash of its token.
    pub token: SupportToken,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended; `None` until then.
    pub ended_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl SupportSession {
    /// The longest time that a session is valid for.
    pub const MAX_LIFETIME: TimeDelta = TimeDelta::hours(1);

    /// A new session by a consent; `None` when the consent has ended.
    #[must_use]
    pub fn open(
        id: SupportSessionId,
        consent: &SupportAccess,
        (operator, reason): (OperatorName, OperatorReason),
        token: SupportToken,
        at: Timestamp,
    ) -> Option<Self> {
        (consent.expires_at > at).then(|| Self {
            id,
            organization: consent.organization,
            operator,
            reason,
            read_only: consent.read_only,
            token,
            expires_at: consent.expires_at.min(at + Self::MAX_LIFETIME),
            ended_at: None,
            revision: Revision::first(at),
        })
    }

    /// The session after its end.
    #[must_use]
    pub fn end(self, at: Timestamp) -> Self {
        Self { ended_at: Some(at), revision: self.revision.next(at), ..self }
    }

    /// Whether its token is valid.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn consent(read_only: bool, until: TimeDelta) -> SupportAccess {
        let reason = OperatorReason::parse("A broken import").unwrap();
        let expires_at = Timestamp::UNIX_EPOCH + until;
        let draft = SupportAccessDraft { expires_at, read_only, reason };
        SupportAccess::grant(Id::from_uuid(Uuid::nil()), draft, Timestamp::UNIX_EPOCH)
    }

    fn session(consent: &SupportAccess, at: Timestamp) -> Option<SupportSession> {
        let by = (OperatorName::parse("anna").unwrap(), consent.reason.clone());
        SupportSession::open(Id::from_uuid(Uuid::nil()), consent, by, SupportToken([7; 32]), at)
    }

    #[test]
    fn a_consent_is_valid_for_seven_days_at_most() {
        let now = Timestamp::UNIX_EPOCH;
        for (ends, is_valid) in [
            (TimeDelta::zero(), false),
            (TimeDelta::microseconds(1), true),
            (SupportAccess::MAX_LIFETIME, true),
            (SupportAccess::MAX_LIFETIME + TimeDelta::microseconds(1), false),
        ] {
            assert_eq!(SupportAccess::check_expiry(now + ends, now).is_ok(), is_valid, "{ends}");
        }
    }

    #[test]
    fn a_session_ends_after_an_hour_and_not_after_its_consent() {
        let now = Timestamp::UNIX_EPOCH;
        for (consent_lasts, lasts) in [
            (TimeDelta::days(2), TimeDelta::hours(1)),
            (TimeDelta::minutes(20), TimeDelta::minutes(20)),
        ] {
            let open = session(&consent(false, consent_lasts), now).unwrap();
            assert_eq!(open.expires_at, now + lasts);
            assert!(open.is_live(now) && !open.is_live(open.expires_at));
            assert!(!open.end(now).is_live(now));
        }
        let ended = consent(false, TimeDelta::minutes(1));
        assert_eq!(session(&ended, ended.expires_at), None);
    }

    #[test]
    fn a_consent_never_gives_what_is_withheld() {
        for read_only in [false, true] {
            let given = SupportAccess::permissions(read_only);
            assert!(WITHHELD.iter().all(|permission| !given.contains(*permission)));
            assert!(given.contains(Permission::ProjectRead));
            assert_eq!(given.contains(Permission::ProjectUpdate), !read_only);
        }
        let reads = |p: Permission| p.name().ends_with(":read");
        assert!(SupportAccess::permissions(true).iter().all(reads));
    }

    /// What a wide consent gives.
    const GIVEN: &str = "
        agent_run:cancel agent_run:create agent_run:read agent_run:resume
        api_key:read
        audit_log:read
        bank_transaction:read
        budget:create budget:delete budget:read budget:update
        comment:create comment:moderate comment:read
        contract:create contract:delete contract:read contract:update
        dataset:create dataset:delete dataset:read dataset:update
        document:create document:delete document:read document:update
        evaluation:create evaluation:delete evaluation:read evaluation:update
        evaluator:create evaluator:delete evaluator:read evaluator:update
        event:read
        execution:cancel execution:create execution:read execution:score
        feature_flag:read feature_flag:update
        invitation:read
        invoice:approve invoice:backdate invoice:create invoice:delete invoice:dun invoice:issue
        invoice:read invoice:update invoice:void invoice:write_off
        job:cancel job:read job:retry
        member:read
        model:read
        organization:read
        party:create party:delete party:read party:update
        payment:create payment:read payment:reverse payment:update
        project:create project:delete project:read project:update
        project_access:read
        prompt:create prompt:delete prompt:read prompt:release prompt:update
        report:create report:read
        role:read
        search:read
        sso:read
        support_access:read
        team:read
        webhook:read";

    #[test]
    fn every_permission_is_either_given_by_a_wide_consent_or_withheld() {
        let wide = SupportAccess::permissions(false);
        for permission in Permission::ALL {
            let name = permission.name();
            let is_given = GIVEN.split_whitespace().any(|given| given == name);
            assert_ne!(is_given, WITHHELD.contains(permission), "decide on {name}");
            assert_eq!(wide.contains(*permission), is_given, "{name}");
        }
        assert!(GIVEN.split_whitespace().all(|name| Permission::from_name(name).is_some()));
    }

    #[test]
    fn a_narrower_consent_covers_no_wider_session() {
        let wide = consent(false, TimeDelta::days(1));
        let open = session(&wide, Timestamp::UNIX_EPOCH).unwrap();
        assert!(wide.covers(&open));
        assert!(!consent(true, TimeDelta::days(1)).covers(&open));
        assert!(!consent(false, TimeDelta::minutes(5)).covers(&open));
    }

    #[test]
    fn the_hash_of_a_token_is_never_printed() {
        let open = session(&consent(true, TimeDelta::days(1)), Timestamp::UNIX_EPOCH);
        assert!(format!("{open:?}").contains("SupportToken(…)"), "{open:?}");
    }
}
