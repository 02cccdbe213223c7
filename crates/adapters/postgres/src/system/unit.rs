use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    ApiKey, CustomRole, CustomRoleId, Email, FamilyId, Invitation, Job, Membership, Organization,
    OrganizationId, OrganizationStatus, PlanLimit, PlanName, Role, Session, Timestamp, User,
    UserId, UserStatus,
};
use plinth_ports::{
    Affiliation, ApiCalls, ClientSession, CountedCalls, Inviter, JournalEntry, Login, Member,
    PasswordHash, Result, SessionClient, SessionTokens, SystemUnit, TokenHash, TokenKey,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, NotSet, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationTrait, Select, Set,
    sea_query::{BinOper, Expr, ExprTrait, LockType},
};

use super::{SystemTx, changes::one_row, token};
use crate::{
    records::{
        Stored, api_keys, invitations, jobs, journal, member_roles, members, organizations, roles,
        sessions, users,
    },
    row,
    sql::Sql,
    value::ColumnValue,
};

#[async_trait]
impl SystemUnit for SystemTx {
    fn now(&self) -> Timestamp {
        self.tx.now()
    }

    async fn find_login(&mut self, email: &Email) -> Result<Option<Login>> {
        let user = users::Entity::find().filter(users::Column::Email.eq(email.as_str()));
        self.one(user).await
    }

    async fn find_user(&mut self, user: UserId) -> Result<Option<Login>> {
        let user = users::Entity::find_by_id(user.uuid());
        self.one(user).await
    }

    async fn lock_user(&mut self, user: UserId) -> Result<Option<Login>> {
        // `NO KEY`, so that rows that refer to the user can still be inserted.
        let user = users::Entity::find_by_id(user.uuid()).lock(LockType::NoKeyUpdate);
        self.one(user).await
    }

    async fn lock_user_of_session(&mut self, refresh: &TokenKey) -> Result<Option<Login>> {
        let session = sessions::Entity::find()
            .select_only()
            .column(sessions::Column::UserId)
            .filter(token::is_of::<sessions::Entity>(refresh, sessions::Column::RefreshHash));
        let user = users::Entity::find()
            .filter(users::Column::Id.in_subquery(session.into_query()))
            .lock(LockType::NoKeyUpdate);
        self.one(user).await
    }

    async fn affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        self.all(affiliations(user, OrganizationStatus::Active)).await
    }

    async fn suspended_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        self.all(affiliations(user, OrganizationStatus::Suspended)).await
    }

    async fn lock_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        let mut locked = affiliations(user, OrganizationStatus::Active);
        // The lock that a new session takes, too: it hinders a removal, and no change of the role.
        QueryTrait::query(&mut locked).lock_with_tables(LockType::KeyShare, [members::Entity]);
        self.all(locked).await
    }

    async fn is_member(&mut self, user: UserId) -> Result<bool> {
        let membership = memberships().filter(members::Column::UserId.eq(user.uuid())).limit(1);
        Ok(self.one::<Membership>(membership).await?.is_some())
    }

    async fn memberships(&mut self, user: UserId) -> Result<Vec<Membership>> {
        let own = memberships()
            .filter(members::Column::UserId.eq(user.uuid()))
            .order_by_asc(members::Column::OrganizationId);
        self.all(own).await
    }

    async fn count_owners(&mut self, organization: OrganizationId) -> Result<u64> {
        let owners = memberships()
            .filter(members::Column::OrganizationId.eq(organization.uuid()))
            .filter(members::Column::Role.eq(Role::Owner.name()));
        Ok(self.all::<Membership>(owners).await?.len() as u64)
    }

    async fn live_sessions(
        &mut self,
        user: UserId,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<ClientSession>> {
        use sessions::Column;
        let live = sessions::Entity::find()
            .filter(Column::UserId.eq(user.uuid()))
            .filter(Column::RotatedAt.is_null())
            .filter(Column::RevokedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(limit);
        self.all(live).await
    }

    async fn knows_device(&mut self, user: UserId, client: &SessionClient) -> Result<bool> {
        use sessions::Column;
        let same = BinOper::Custom("IS NOT DISTINCT FROM");
        let is = |column: Column, text: Option<String>| {
            Expr::col((sessions::Entity, column)).binary(same, text)
        };
        let session = sessions::Entity::find()
            .filter(Column::UserId.eq(user.uuid()))
            .filter(is(Column::Client, sessions::known(client.block())))
            .filter(is(Column::Device, client.device.stored()))
            .limit(1);
        Ok(self.one::<Session>(session).await?.is_some())
    }

    async fn session_of_access_token(
        &mut self,
        organization: OrganizationId,
        access: &TokenHash,
    ) -> Result<Option<Session>> {
        let key = TokenKey { organization: Some(organization), hash: *access };
        self.one(session_of(&key, sessions::Column::AccessHash)).await
    }

    async fn lock_session(&mut self, refresh: &TokenKey) -> Result<Option<Session>> {
        self.one(session_of(refresh, sessions::Column::RefreshHash).lock_exclusive()).await
    }

    async fn live_session(&mut self, root: &TokenKey) -> Result<Option<Session>> {
        use sessions::Column;
        let named = root.organization.map(|named| Column::OrganizationId.eq(named.uuid()));
        let session = sessions::Entity::find()
            .filter(
                Condition::all().add_option(named).add(Column::RootHash.eq(root.hash.as_slice())),
            )
            .filter(sessions::Column::RotatedAt.is_null())
            .filter(sessions::Column::RevokedAt.is_null());
        self.one(session).await
    }

    async fn lock_invitation(&mut self, token: &TokenKey) -> Result<Option<Invitation>> {
        let invitation = invitations::Entity::find()
            .filter(token::is_of::<invitations::Entity>(token, invitations::Column::TokenHash))
            .lock_exclusive();
        self.one(invitation).await
    }

    async fn find_inviter(&mut self, invitation: &Invitation) -> Result<Option<Inviter>> {
        let organization = invitation.organization.uuid();
        let member = memberships()
            .join(JoinType::InnerJoin, members::Relation::User.def())
            .filter(members::Column::OrganizationId.eq(organization))
            .filter(members::Column::UserId.eq(invitation.invited_by.uuid()))
            .filter(users::Column::Status.eq(UserStatus::Active.name()))
            .filter(members::Column::SuspendedAt.is_null());
        let Some(membership) = self.one(member).await? else { return Ok(None) };
        let Some(key) = invitation.api_key else {
            return Ok(Some(Inviter { membership, key: None }));
        };
        let key = api_keys::Entity::find_by_id((organization, key.uuid()));
        let key = self.one(key).await?;
        Ok(key.map(|key| Inviter { membership, key: Some(key) }))
    }

    async fn find_role(
        &mut self,
        organization: OrganizationId,
        role: CustomRoleId,
    ) -> Result<Option<CustomRole>> {
        self.one(roles::Entity::find_by_id((organization.uuid(), role.uuid()))).await
    }

    async fn insert_user(&mut self, user: &User, password: Option<&PasswordHash>) -> Result<()> {
        self.add(users::ActiveModel::new(user, password)).await
    }

    async fn update_login(&mut self, login: &Login) -> Result<()> {
        let update = users::Entity::update_many()
            .set(users::ActiveModel { id: NotSet, ..login.into() })
            .filter(users::Column::Id.eq(login.user.id.uuid()))
            .filter(users::Column::Version.eq(login.user.revision.previous().number()));
        one_row(self.update(update).await?)?;
        self.copy_to_memberships(&login.user).await
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<()> {
        self.add(organizations::ActiveModel::from(organization)).await
    }

    async fn lock_organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<Organization>> {
        // `NO KEY`, so that rows that refer to the organization can still be inserted.
        let found = organizations::Entity::find_by_id(organization.uuid());
        self.one(found.lock(LockType::NoKeyUpdate)).await
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<()> {
        let update = organizations::Entity::update_many()
            .set(organizations::ActiveModel { id: NotSet, ..organization.into() })
            .filter(organizations::Column::Id.eq(organization.id.uuid()))
            .filter(organizations::Column::Version.eq(organization.revision.previous().number()));
        one_row(self.update(update).await?)
    }

    async fn count_api_calls(&mut self, calls: &[ApiCalls]) -> Result<Vec<CountedCalls>> {
        self.add_api_calls(calls).await
    }

    async fn mark_warned(
        &mut self,
        organization: OrganizationId,
        limit: PlanLimit,
        starts_on: NaiveDate,
    ) -> Result<bool> {
        self.insert_usage_warning(organization, limit, starts_on).await
    }

    async fn lock_members(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(Option<PlanName>, u64)> {
        self.count_members(organization, now).await
    }

    async fn insert_membership(&mut self, member: &Member) -> Result<()> {
        self.add(members::ActiveModel::new(member)).await?;
        let membership = &member.membership;
        if membership.role.reference().custom().is_some() {
            self.execute(member_roles::put(membership, membership.organization)).await?;
        }
        Ok(())
    }

    async fn remove_membership(&mut self, membership: &Membership) -> Result<()> {
        use members::Column;
        // The sessions are removed by a cascade.
        let remove = members::Entity::delete_many()
            .filter(Column::OrganizationId.eq(membership.organization.uuid()))
            .filter(Column::Id.eq(membership.id.uuid()))
            .filter(Column::Version.eq(membership.revision.version.number()));
        one_row(self.execute(Sql::from(remove.as_query())).await?)
    }

    async fn insert_session(
        &mut self,
        session: &Session,
        tokens: &SessionTokens,
        client: &SessionClient,
    ) -> Result<()> {
        self.add(sessions::ActiveModel::new(session, tokens, client)).await
    }

    async fn update_session(&mut self, session: &Session) -> Result<()> {
        let (id, previous) = (session.id.uuid(), session.revision.previous());
        self.save(sessions::ActiveModel::state(session), session.organization, id, previous).await
    }

    async fn revoke_family(&mut self, user: UserId, family: FamilyId, at: Timestamp) -> Result<()> {
        let family = Condition::all()
            .add(sessions::Column::UserId.eq(user.uuid()))
            .add(sessions::Column::FamilyId.eq(family.uuid()));
        self.revoke(family, at).await
    }

    async fn revoke_other_families(
        &mut self,
        user: UserId,
        kept: FamilyId,
        at: Timestamp,
    ) -> Result<()> {
        let others = Condition::all()
            .add(sessions::Column::UserId.eq(user.uuid()))
            .add(sessions::Column::FamilyId.ne(kept.uuid()));
        self.revoke(others, at).await
    }

    async fn revoke_sessions(&mut self, user: UserId, at: Timestamp) -> Result<()> {
        self.revoke(Condition::all().add(sessions::Column::UserId.eq(user.uuid())), at).await
    }

    async fn revoke_api_keys(&mut self, user: UserId, at: Timestamp) -> Result<Vec<ApiKey>> {
        use api_keys::Column;
        let live = || {
            let own = Condition::all().add(Column::CreatedBy.eq(user.uuid()));
            own.add(Column::RevokedAt.is_null())
        };
        let keys = api_keys::Entity::find().filter(live()).lock(LockType::NoKeyUpdate);
        let keys = self.all(keys).await?;
        let revoke = api_keys::Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::val(at))
            .col_expr(Column::UpdatedAt, Expr::val(at))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(live());
        self.update(revoke).await?;
        Ok(keys)
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<()> {
        let (organization, id) = (invitation.organization, invitation.id.uuid());
        let row = invitation.to_row(organization);
        self.save(row, organization, id, invitation.revision.previous()).await
    }

    async fn enqueue(&mut self, job: &Job) -> Result<()> {
        let row = job.to_row(job.organization);
        let insert = jobs::Entity::insert(row).on_conflict(jobs::unless_open());
        self.execute(Sql::from(insert.as_query())).await.map(drop)
    }

    async fn append(&mut self, organization: OrganizationId, entry: &JournalEntry) -> Result<()> {
        let organization_id = Set(organization.uuid());
        self.add(journal::ActiveModel { organization_id, ..entry.into() }).await
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        (*self).close().await
    }
}

/// The session whose token has its hash in this column.
fn session_of(key: &TokenKey, column: sessions::Column) -> Select<sessions::Entity> {
    sessions::Entity::find().filter(token::is_of::<sessions::Entity>(key, column))
}

/// Memberships with their roles.
fn memberships() -> Select<members::Entity> {
    members::with_roles(members::Entity::find())
}

/// The active memberships of a user in organizations with this status, the oldest first.
fn affiliations(user: UserId, status: OrganizationStatus) -> Select<members::Entity> {
    let (kind, relation) = (JoinType::InnerJoin, members::Relation::Organization.def());
    members::with_roles(row::join::<organizations::Entity, _>(
        members::Entity::find(),
        kind,
        relation,
    ))
    .filter(members::Column::UserId.eq(user.uuid()))
    .filter(organizations::Column::Status.eq(status.name()))
    .filter(members::Column::SuspendedAt.is_null())
    .order_by_asc(members::Column::CreatedAt)
    .order_by_asc(members::Column::Id)
}
