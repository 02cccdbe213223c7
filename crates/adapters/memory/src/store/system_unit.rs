use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    ApiKey, CustomRole, CustomRoleId, Email, FamilyId, Invitation, Job, Membership, Organization,
    OrganizationId, OrganizationStatus, PlanLimit, PlanName, Session, SessionState, Timestamp,
    UsageMeasure, User, UserId,
};
use plinth_ports::{
    Affiliation, ApiCalls, ClientSession, CountedCalls, Inviter, JournalEntry, Login, Member,
    PasswordHash, Result, SessionClient, SessionTokens, SystemUnit, TokenHash, TokenKey,
    records::{
        members::{ALREADY_MEMBER, ROLE},
        organizations::SLUG_TAKEN,
        users::EMAIL_TAKEN,
    },
};

use super::{draft::Draft, jobs::open_twin, rows::SessionRow, table::expect};

/// A transaction across organizations on a draft. Units run one after another, so no lock is needed.
#[derive(Debug)]
pub(super) struct SystemDraft(pub(super) Draft);

#[async_trait]
impl SystemUnit for SystemDraft {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn find_login(&mut self, email: &Email) -> Result<Option<Login>> {
        Ok(self.0.tables.users.values().find(|row| row.user.email == *email).cloned())
    }

    async fn find_user(&mut self, user: UserId) -> Result<Option<Login>> {
        Ok(self.0.tables.users.get(&user).cloned())
    }

    async fn lock_user(&mut self, user: UserId) -> Result<Option<Login>> {
        self.find_user(user).await
    }

    async fn lock_user_of_session(&mut self, refresh: &TokenKey) -> Result<Option<Login>> {
        match self.lock_session(refresh).await? {
            Some(session) => self.find_user(session.user).await,
            None => Ok(None),
        }
    }

    async fn affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        Ok(self.affiliations_in(user, OrganizationStatus::Active))
    }

    async fn suspended_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        Ok(self.affiliations_in(user, OrganizationStatus::Suspended))
    }

    async fn lock_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        self.affiliations(user).await
    }

    async fn is_member(&mut self, user: UserId) -> Result<bool> {
        Ok(self.0.tables.memberships.values().any(|membership| membership.user == user))
    }

    async fn memberships(&mut self, user: UserId) -> Result<Vec<Membership>> {
        let tables = &self.0.tables;
        let own = tables.memberships.values().filter(|row| row.user == user);
        let mut own: Vec<_> = own.map(|row| tables.current(row)).collect();
        own.sort_by_key(|membership| membership.organization);
        Ok(own)
    }

    async fn count_owners(&mut self, organization: OrganizationId) -> Result<u64> {
        let members = self.0.tables.memberships.of(organization);
        Ok(members.filter(|membership| membership.role.is_owner()).count() as u64)
    }

    async fn live_sessions(
        &mut self,
        user: UserId,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<ClientSession>> {
        let sessions = self.0.tables.sessions.values();
        let mut live: Vec<_> = sessions
            .filter(|row| row.session.user == user && row.session.refreshes(now))
            .map(|row| ClientSession { session: row.session, client: row.client.clone() })
            .collect();
        live.sort_by_key(|row| (row.session.revision.created_at, row.session.id));
        live.reverse();
        live.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(live)
    }

    async fn knows_device(&mut self, user: UserId, client: &SessionClient) -> Result<bool> {
        let (block, device) = (client.block(), &client.device);
        let mut sessions = self.0.tables.sessions.values();
        Ok(sessions.any(|row| {
            row.session.user == user && row.client.block() == block && row.client.device == *device
        }))
    }

    async fn session_of_access_token(
        &mut self,
        organization: OrganizationId,
        access: &TokenHash,
    ) -> Result<Option<Session>> {
        Ok(self.find_session(Some(organization), |row| row.tokens.access == *access))
    }

    async fn lock_session(&mut self, refresh: &TokenKey) -> Result<Option<Session>> {
        Ok(self.find_session(refresh.organization, |row| row.tokens.refresh == refresh.hash))
    }

    async fn live_session(&mut self, root: &TokenKey) -> Result<Option<Session>> {
        let is_live = |row: &SessionRow| row.session.state == SessionState::Live;
        let sessions = self.0.tables.sessions.values();
        let mut chain = sessions.filter(|row| row.tokens.root == root.hash && is_live(row));
        let is_here = |row: &&SessionRow| {
            root.organization.is_none_or(|named| row.session.organization == named)
        };
        Ok(chain.find(is_here).map(|row| row.session))
    }

    async fn lock_invitation(&mut self, token: &TokenKey) -> Result<Option<Invitation>> {
        let tables = &self.0.tables;
        let mut tokens = tables.invitation_tokens.iter();
        let key = tokens
            .find(|(key, stored)| token.organization == Some(key.0) && **stored == token.hash);
        let key = key.map(|(key, _)| key);
        Ok(key.and_then(|key| tables.records.invitations.get(key)).cloned())
    }

    async fn find_inviter(&mut self, invitation: &Invitation) -> Result<Option<Inviter>> {
        let (tables, organization) = (&self.0.tables, invitation.organization);
        let inviter = tables.active_user(invitation.invited_by);
        let membership = inviter.and_then(|user| tables.membership(&(organization, user.id)));
        let membership = membership.filter(plinth_domain::Membership::is_active);
        let Some(membership) = membership else { return Ok(None) };
        let Some(key) = invitation.api_key else {
            return Ok(Some(Inviter { membership, key: None }));
        };
        let key = tables.records.api_keys.get(&(organization, key)).cloned();
        Ok(key.map(|key| Inviter { membership, key: Some(key) }))
    }

    async fn find_role(
        &mut self,
        organization: OrganizationId,
        role: CustomRoleId,
    ) -> Result<Option<CustomRole>> {
        Ok(self.0.tables.records.roles.get(&(organization, role)).cloned())
    }

    async fn insert_user(&mut self, user: &User, password: Option<&PasswordHash>) -> Result<()> {
        let users = &self.0.tables.users;
        let exists = users.contains(&user.id);
        let taken = users.values().any(|row| row.user.email == user.email);
        self.0.forbid(exists, "users_pkey")?;
        self.0.forbid(taken, EMAIL_TAKEN.0)?;
        self.0.tables.users.insert(user.id, Login::new(user.clone(), password.cloned()));
        Ok(())
    }

    async fn update_login(&mut self, login: &Login) -> Result<()> {
        let users = &mut self.0.tables.users;
        let stored = users.get(&login.user.id).map(|row| row.user.revision.version);
        expect(stored, login.user.revision.previous())?;
        // A member is read together with the user: of the copies only the revision is stored.
        let (user, at) = (&login.user, login.user.revision.updated_at);
        let copied = |user: &User| (user.email.clone(), user.name.clone(), user.locale.clone());
        let is_other = |old: &Login| copied(&old.user) != copied(user);
        let is_copied = users.get(&user.id).is_some_and(is_other);
        users.insert(user.id, login.clone());
        if is_copied {
            let memberships = self.0.tables.memberships.values_mut();
            for membership in memberships.filter(|membership| membership.user == user.id) {
                membership.revision = membership.revision.next(at);
            }
        }
        Ok(())
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<()> {
        let organizations = &self.0.tables.organizations;
        let exists = organizations.contains(&organization.id);
        let taken = organizations.values().any(|o| o.slug == organization.slug);
        self.0.forbid(exists, "organizations_pkey")?;
        self.0.forbid(taken, SLUG_TAKEN.0)?;
        self.0.tables.organizations.insert(organization.id, organization.clone());
        Ok(())
    }

    async fn lock_organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<Organization>> {
        Ok(self.0.tables.organizations.get(&organization).cloned())
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<()> {
        let organizations = &mut self.0.tables.organizations;
        let stored = organizations.get(&organization.id).map(|row| row.revision.version);
        expect(stored, organization.revision.previous())?;
        organizations.insert(organization.id, organization.clone());
        Ok(())
    }

    async fn count_api_calls(&mut self, calls: &[ApiCalls]) -> Result<Vec<CountedCalls>> {
        let tables = &mut self.0.tables;
        let mut counted = Vec::new();
        for one in calls {
            let Some(organization) = tables.organizations.get(&one.organization) else { continue };
            let plan = organization.plan.clone();
            let measure = UsageMeasure::ApiCalls;
            let calls = tables.add_usage(one.organization, measure, one.day, one.calls);
            counted.push(CountedCalls { total: ApiCalls { calls, ..*one }, plan });
        }
        Ok(counted)
    }

    async fn mark_warned(
        &mut self,
        organization: OrganizationId,
        limit: PlanLimit,
        starts_on: NaiveDate,
    ) -> Result<bool> {
        Ok(self.0.tables.mark_warned(organization, limit, starts_on))
    }

    async fn lock_members(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(Option<PlanName>, u64)> {
        let tables = &self.0.tables;
        let found = tables.organizations.get(&organization);
        let plan = found.and_then(|organization| organization.plan.clone());
        Ok((plan, tables.count_members(organization, now)))
    }

    async fn insert_membership(&mut self, member: &Member) -> Result<()> {
        let membership = &member.membership;
        let key = (membership.organization, membership.user);
        let tables = &self.0.tables;
        let homeless = !tables.organizations.contains(&key.0);
        let no_user = !tables.users.contains(&key.1);
        let exists = tables.memberships.of(key.0).any(|other| other.id == membership.id);
        let taken = tables.memberships.contains(&key);
        let lacks_role = tables.lacks_role(membership);
        self.0.forbid(exists, "memberships_pkey")?;
        self.0.forbid(taken, ALREADY_MEMBER.0)?;
        self.0.forbid(homeless, "memberships_organization_id_fkey")?;
        self.0.forbid(no_user, "memberships_user_id_fkey")?;
        self.0.forbid(lacks_role, ROLE.0)?;
        self.0.tables.put_membership(*membership);
        Ok(())
    }

    async fn remove_membership(&mut self, membership: &Membership) -> Result<()> {
        let key = (membership.organization, membership.user);
        let tables = &mut self.0.tables;
        let stored = tables.memberships.get(&key).filter(|stored| stored.id == membership.id);
        expect(stored.map(|stored| stored.revision.version), membership.revision.version)?;
        tables.remove_membership(&key);
        Ok(())
    }

    async fn insert_session(
        &mut self,
        session: &Session,
        tokens: &SessionTokens,
        client: &SessionClient,
    ) -> Result<()> {
        let key = (session.organization, session.id);
        let tables = &self.0.tables;
        let exists = tables.sessions.contains(&key);
        let stranger = !tables.memberships.contains(&(session.organization, session.user));
        self.0.forbid(exists, "sessions_pkey")?;
        self.0.forbid(stranger, "sessions_organization_id_user_id_fkey")?;
        self.0.tables.sessions.insert(key, SessionRow::new(*session, *tokens, client.clone()));
        Ok(())
    }

    async fn update_session(&mut self, session: &Session) -> Result<()> {
        let row = self.0.tables.sessions.get_mut(&(session.organization, session.id));
        let stored = row.as_ref().map(|row| row.session.revision.version);
        expect(stored, session.revision.previous())?;
        if let Some(row) = row {
            *row = SessionRow::new(*session, row.tokens, row.client.clone());
        }
        Ok(())
    }

    async fn revoke_family(&mut self, user: UserId, family: FamilyId, at: Timestamp) -> Result<()> {
        self.revoke(at, |session| session.user == user && session.family == family);
        Ok(())
    }

    async fn revoke_other_families(
        &mut self,
        user: UserId,
        kept: FamilyId,
        at: Timestamp,
    ) -> Result<()> {
        self.revoke(at, |session| session.user == user && session.family != kept);
        Ok(())
    }

    async fn revoke_sessions(&mut self, user: UserId, at: Timestamp) -> Result<()> {
        self.revoke(at, |session| session.user == user);
        Ok(())
    }

    async fn revoke_api_keys(&mut self, user: UserId, at: Timestamp) -> Result<Vec<ApiKey>> {
        let mut revoked = Vec::new();
        for key in self.0.tables.records.api_keys.values_mut() {
            if key.created_by == user && key.revoked_at.is_none() {
                revoked.push(key.clone());
                key.revoked_at = Some(at);
                key.revision = key.revision.next(at);
            }
        }
        Ok(revoked)
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<()> {
        let key = (invitation.organization, invitation.id);
        let invitations = &mut self.0.tables.records.invitations;
        let stored = invitations.get(&key).map(|row| row.revision.version);
        expect(stored, invitation.revision.previous())?;
        invitations.insert(key, invitation.clone());
        Ok(())
    }

    async fn enqueue(&mut self, job: &Job) -> Result<()> {
        if open_twin(&self.0.tables, job.organization, job).is_none() {
            self.0.tables.records.jobs.insert((job.organization, job.id), job.clone());
        }
        Ok(())
    }

    async fn append(&mut self, organization: OrganizationId, entry: &JournalEntry) -> Result<()> {
        self.0.append(organization, entry)
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        self.0.commit()
    }
}

impl SystemDraft {
    /// The memberships of a user in organizations with this status, the oldest first.
    fn affiliations_in(&self, user: UserId, status: OrganizationStatus) -> Vec<Affiliation> {
        let tables = &self.0.tables;
        let of_user = tables
            .memberships
            .values()
            .filter(|membership| membership.user == user && membership.is_active());
        let mut affiliations: Vec<Affiliation> = of_user
            .filter_map(|membership| {
                let organization = tables.organizations.get(&membership.organization)?;
                (organization.status == status).then(|| Affiliation {
                    membership: tables.current(membership),
                    organization: organization.clone(),
                })
            })
            .collect();
        affiliations.sort_by_key(|a| (a.membership.revision.created_at, a.membership.id));
        affiliations
    }

    /// The session in the organization that its token names. No token here is of an earlier version, which
    /// names none.
    fn find_session(
        &self,
        organization: Option<OrganizationId>,
        is: impl Fn(&SessionRow) -> bool,
    ) -> Option<Session> {
        let mut sessions = self.0.tables.sessions.of(organization?);
        sessions.find(|row| is(row)).map(|row| row.session)
    }

    /// Revokes the sessions that `whose` selects, including rotated ones, because their access
    /// tokens are still valid.
    fn revoke(&mut self, at: Timestamp, whose: impl Fn(&Session) -> bool) {
        for row in self.0.tables.sessions.values_mut().filter(|row| whose(&row.session)) {
            if !matches!(row.session.state, SessionState::Revoked { .. }) {
                row.session.state = SessionState::Revoked { at };
                row.session.revision = row.session.revision.next(at);
            }
        }
    }
}
