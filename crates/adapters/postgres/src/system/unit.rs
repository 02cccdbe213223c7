use async_trait::async_trait;
use plinth_domain::{
    AddressBlock, ApiKey, Email, FamilyId, Invitation, Job, Membership, Organization,
    OrganizationId, OrganizationStatus, Session, Timestamp, User, UserId, UserStatus,
};
use plinth_ports::{
    Affiliation, Inviter, JournalEntry, Login, Member, PasswordHash, Result, SessionTokens,
    SystemUnit, TokenHash, TokenKey,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, NotSet, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationTrait, Select, Set,
    sea_query::{Expr, ExprTrait, LockType},
};

use super::{SystemTx, changes::one_row, token};
use crate::{
    records::{
        Stored, api_keys, invitations, jobs, journal, members, organizations, sessions, users,
    },
    row,
    sql::Sql,
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
        self.all(affiliations(user)).await
    }

    async fn lock_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        let mut locked = affiliations(user);
        // The lock that a new session takes, too: it hinders a removal, and no change of the role.
        QueryTrait::query(&mut locked).lock_with_tables(LockType::KeyShare, [members::Entity]);
        self.all(locked).await
    }

    async fn is_member(&mut self, user: UserId) -> Result<bool> {
        let membership =
            members::Entity::find().filter(members::Column::UserId.eq(user.uuid())).limit(1);
        Ok(self.one::<Membership>(membership).await?.is_some())
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
        let member = members::Entity::find()
            .join(JoinType::InnerJoin, members::Relation::User.def())
            .filter(members::Column::OrganizationId.eq(organization))
            .filter(members::Column::UserId.eq(invitation.invited_by.uuid()))
            .filter(users::Column::Status.eq(UserStatus::Active.name()));
        let Some(membership) = self.one(member).await? else { return Ok(None) };
        let Some(key) = invitation.api_key else {
            return Ok(Some(Inviter { membership, key: None }));
        };
        let key = api_keys::Entity::find_by_id((organization, key.uuid()));
        let key = self.one(key).await?;
        Ok(key.map(|key| Inviter { membership, key: Some(key) }))
    }

    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<()> {
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

    async fn insert_membership(&mut self, member: &Member) -> Result<()> {
        self.add(members::ActiveModel::new(member)).await
    }

    async fn insert_session(
        &mut self,
        session: &Session,
        tokens: &SessionTokens,
        client: AddressBlock,
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

/// The memberships of a user in active organizations, the oldest first.
fn affiliations(user: UserId) -> Select<members::Entity> {
    let (kind, relation) = (JoinType::InnerJoin, members::Relation::Organization.def());
    row::join::<organizations::Entity, _>(members::Entity::find(), kind, relation)
        .filter(members::Column::UserId.eq(user.uuid()))
        .filter(organizations::Column::Status.eq(OrganizationStatus::Active.name()))
        .order_by_asc(members::Column::CreatedAt)
        .order_by_asc(members::Column::Id)
}
