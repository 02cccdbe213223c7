use async_trait::async_trait;
use plinth_domain::{
    AddressBlock, ApiKey, Email, FamilyId, Invitation, Job, Organization, OrganizationId, Session,
    SessionState, Timestamp, User, UserId,
};
use plinth_ports::{
    Affiliation, Inviter, JournalEntry, Login, Member, PasswordHash, Result, SessionTokens,
    SystemUnit, TokenHash, TokenKey,
    records::{members::ALREADY_MEMBER, organizations::SLUG_TAKEN, users::EMAIL_TAKEN},
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
        let tables = &self.0.tables;
        let mut affiliations: Vec<Affiliation> = tables
            .memberships
            .values()
            .filter(|membership| membership.user == user)
            .filter_map(|membership| {
                let organization = tables.active_organization(membership.organization)?.clone();
                Some(Affiliation { membership: *membership, organization })
            })
            .collect();
        affiliations.sort_by_key(|a| (a.membership.revision.created_at, a.membership.id));
        Ok(affiliations)
    }

    async fn lock_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        self.affiliations(user).await
    }

    async fn is_member(&mut self, user: UserId) -> Result<bool> {
        Ok(self.0.tables.memberships.values().any(|membership| membership.user == user))
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
        let membership =
            inviter.and_then(|user| tables.memberships.get(&(organization, user.id)).copied());
        let Some(membership) = membership else { return Ok(None) };
        let Some(key) = invitation.api_key else {
            return Ok(Some(Inviter { membership, key: None }));
        };
        let key = tables.records.api_keys.get(&(organization, key)).cloned();
        Ok(key.map(|key| Inviter { membership, key: Some(key) }))
    }

    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<()> {
        let users = &self.0.tables.users;
        let exists = users.contains(&user.id);
        let taken = users.values().any(|row| row.user.email == user.email);
        self.0.forbid(exists, "users_pkey")?;
        self.0.forbid(taken, EMAIL_TAKEN.0)?;
        let login =
            Login { user: user.clone(), password: Some(password.clone()), password_version: 1 };
        self.0.tables.users.insert(user.id, login);
        Ok(())
    }

    async fn update_login(&mut self, login: &Login) -> Result<()> {
        let users = &mut self.0.tables.users;
        let stored = users.get(&login.user.id).map(|row| row.user.revision.version);
        expect(stored, login.user.revision.previous())?;
        // A member is read together with the user: of the copies only the revision is stored.
        let (user, at) = (&login.user, login.user.revision.updated_at);
        let is_other = |old: &Login| (&old.user.email, &old.user.name) != (&user.email, &user.name);
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

    async fn insert_membership(&mut self, member: &Member) -> Result<()> {
        let membership = &member.membership;
        let key = (membership.organization, membership.user);
        let tables = &self.0.tables;
        let homeless = !tables.organizations.contains(&key.0);
        let no_user = !tables.users.contains(&key.1);
        let exists = tables.memberships.of(key.0).any(|other| other.id == membership.id);
        let taken = tables.memberships.contains(&key);
        self.0.forbid(exists, "memberships_pkey")?;
        self.0.forbid(taken, ALREADY_MEMBER.0)?;
        self.0.forbid(homeless, "memberships_organization_id_fkey")?;
        self.0.forbid(no_user, "memberships_user_id_fkey")?;
        self.0.tables.memberships.insert(key, *membership);
        Ok(())
    }

    async fn insert_session(
        &mut self,
        session: &Session,
        tokens: &SessionTokens,
        client: AddressBlock,
    ) -> Result<()> {
        let key = (session.organization, session.id);
        let tables = &self.0.tables;
        let exists = tables.sessions.contains(&key);
        let stranger = !tables.memberships.contains(&(session.organization, session.user));
        self.0.forbid(exists, "sessions_pkey")?;
        self.0.forbid(stranger, "sessions_organization_id_user_id_fkey")?;
        self.0.tables.sessions.insert(key, SessionRow::new(*session, *tokens, client));
        Ok(())
    }

    async fn update_session(&mut self, session: &Session) -> Result<()> {
        let row = self.0.tables.sessions.get_mut(&(session.organization, session.id));
        let stored = row.as_ref().map(|row| row.session.revision.version);
        expect(stored, session.revision.previous())?;
        if let Some(row) = row {
            *row = SessionRow::new(*session, row.tokens, row.client);
        }
        Ok(())
    }

    async fn revoke_family(&mut self, user: UserId, family: FamilyId, at: Timestamp) -> Result<()> {
        self.revoke(at, |session| session.user == user && session.family == family);
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
