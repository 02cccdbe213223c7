use async_trait::async_trait;
use plinth_domain::{AssignedRole, Id, Membership, Organization, Role, RoleRef, UserId};
use plinth_ports::{
    Affiliation, Member, MemberReader, MemberSort, Members, OneOf, Owners, Page, PageRequest,
    Result, StoreError,
};
use sea_orm::{
    Condition, NotSet, QuerySelect, Set,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, LockType, extension::postgres::PgFunc},
};

use super::{
    member_roles, organizations,
    roles::{self, STAND_IN},
};
use crate::{
    list,
    row::{FromRow, Row, named},
    scoped::ScopedTx,
    value::set,
};

/// The number of active owners, and the time at which this statement is run.
const OWNERS: &str = "
    SELECT count(*) AS owners, clock_timestamp() AS locked_at
    FROM memberships
    WHERE organization_id = $1 AND role = $2 AND suspended_at IS NULL";

/// The custom role of a member, and its permissions: computed beside the columns of a membership.
const ROLE_ID: &str = "custom_role_id";
const ROLE_PERMISSIONS: &str = "custom_role_permissions";

const CUSTOM_ROLE: &str = r#"(SELECT m.role_id FROM member_roles m
    WHERE m.organization_id = "memberships"."organization_id" AND m.id = "memberships"."id")"#;

const PERMISSIONS: &str = r#"(SELECT r.permissions FROM member_roles m
    JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
    WHERE m.organization_id = "memberships"."organization_id" AND m.id = "memberships"."id")"#;

/// Also selects the custom roles of memberships, which [`Membership`] needs.
pub fn with_roles<Q: QuerySelect>(memberships: Q) -> Q {
    memberships
        .column_as(Expr::cust(CUSTOM_ROLE), ROLE_ID)
        .column_as(Expr::cust(PERMISSIONS), ROLE_PERMISSIONS)
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    /// Copies of the user's values.
    pub email: String,
    pub name: String,
    pub locale: Option<String>,
    pub kind: String,
    pub role: String,
    pub suspended_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::users::Entity",
        from = "Column::UserId",
        to = "super::users::Column::Id"
    )]
    User,
    #[sea_orm(
        belongs_to = "super::organizations::Entity",
        from = "Column::OrganizationId",
        to = "super::organizations::Column::Id"
    )]
    Organization,
}

crate::scoped::tenant_table!(related);

impl FromRow for Membership {
    type Entity = Entity;

    /// Selected [`with_roles`].
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            user: row.value(Column::UserId)?,
            kind: row.value(Column::Kind)?,
            role: role(row)?,
            suspended_at: row.get(Column::SuspendedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn role(row: &Row<'_, Entity>) -> Result<AssignedRole> {
    let built_in: Role = row.value(Column::Role)?;
    let id: Option<Uuid> = row.computed(ROLE_ID)?;
    Ok(match id {
        Some(id) if built_in == STAND_IN => {
            let names: Vec<String> = row.computed(ROLE_PERMISSIONS)?;
            let permissions = roles::permissions(&names).set();
            AssignedRole::Custom { id: Id::from_uuid(id), permissions }
        }
        _ => built_in.into(),
    })
}

impl FromRow for Member {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            membership: Membership::from_row(row)?,
            email: row.value(Column::Email)?,
            name: row.value(Column::Name)?,
            locale: row.value(Column::Locale)?,
        })
    }
}

impl FromRow for Affiliation {
    type Entity = Entity;

    /// Joined with `organizations`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            membership: Membership::from_row(row)?,
            organization: Organization::from_row(&row.joined())?,
        })
    }
}

impl From<&Membership> for ActiveModel {
    fn from(membership: &Membership) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(membership.id.uuid()),
            user_id: Set(membership.user.uuid()),
            email: NotSet,
            name: NotSet,
            locale: NotSet,
            kind: Set(membership.kind.name().to_owned()),
            role: Set(roles::column(membership.role.reference())),
            suspended_at: Set(membership.suspended_at),
            version: Set(membership.revision.version.number()),
            created_at: Set(membership.revision.created_at),
            updated_at: Set(membership.revision.updated_at),
        }
    }
}

impl ActiveModel {
    /// The row of a new member.
    pub fn new(member: &Member) -> Self {
        let membership = &member.membership;
        Self {
            organization_id: Set(membership.organization.uuid()),
            email: Set(member.email.as_str().to_owned()),
            name: Set(member.name.as_str().to_owned()),
            locale: set(&member.locale),
            ..membership.into()
        }
    }
}

#[async_trait]
impl MemberReader for ScopedTx {
    async fn find(&mut self, user: UserId) -> Result<Option<Member>> {
        with_roles(self.select::<Entity>()).filter(Column::UserId.eq(user.uuid())).one().await
    }

    async fn among(&mut self, users: &[UserId]) -> Result<Vec<Member>> {
        let users: Vec<Uuid> = users.iter().map(|user| user.uuid()).collect();
        let one_of = ExprTrait::eq(Expr::col(Column::UserId), PgFunc::any(users));
        with_roles(self.select::<Entity>()).filter(one_of).all().await
    }

    async fn list(
        &mut self,
        roles: &OneOf<RoleRef>,
        page: &PageRequest<MemberSort>,
    ) -> Result<Page<Member>> {
        let column = match page.sort.by {
            MemberSort::CreatedAt => Column::CreatedAt,
        };
        let of_roles = roles.values().map(|roles| self.of_roles(roles));
        let selected = list::times::<Entity>(page.times).add_option(of_roles);
        list::page(self, Some(|rows| with_roles(rows)), selected, page, Some(column), Column::Id)
            .await
    }
}

#[async_trait]
impl Members for ScopedTx {
    async fn lock_owners(&mut self) -> Result<Owners> {
        // Every change of an owner locks the organization's row first. The owners are counted after
        // that, in a second statement: its snapshot includes the commits of earlier transactions.
        // `NO KEY`, so that rows that refer to the organization can still be inserted.
        let organization = self.select::<organizations::Entity>().lock(LockType::NoKeyUpdate);
        organization.one::<Organization>().await?;
        let row = self.ask(OWNERS, vec![Role::Owner.name().into()]).await?;
        let row = row.ok_or_else(|| StoreError::Other("a count without a row".into()))?;
        let count: i64 = named(&row, "owners")?;
        Ok(Owners { count: count.unsigned_abs(), locked_at: named(&row, "locked_at")? })
    }

    async fn insert(&mut self, member: &Member) -> Result<()> {
        self.add(ActiveModel { organization_id: NotSet, ..ActiveModel::new(member) }).await?;
        if member.membership.role.reference().custom().is_some() {
            self.put_role(&member.membership).await?;
        }
        Ok(())
    }

    async fn update(&mut self, membership: &Membership) -> Result<()> {
        let previous = membership.revision.previous();
        self.save(ActiveModel::from(membership), membership.id.uuid(), previous).await?;
        self.put_role(membership).await
    }

    async fn remove(&mut self, membership: &Membership) -> Result<()> {
        // The sessions are removed by a cascade.
        ScopedTx::remove::<Entity>(self, membership.id.uuid(), membership.revision.version).await
    }
}

impl ScopedTx {
    async fn put_role(&mut self, membership: &Membership) -> Result<()> {
        let put = member_roles::put(membership, self.organization());
        self.execute(put).await.map(drop)
    }

    /// The members with one of these roles.
    fn of_roles(&self, roles: &[RoleRef]) -> Condition {
        let names = roles.iter().filter_map(|role| role.built_in()).map(Role::name);
        let ids: Vec<_> = roles.iter().filter_map(|role| role.custom()).collect();
        let have_custom = |ids| {
            let members = member_roles::memberships(self.organization(), ids);
            Column::Role.eq(STAND_IN.name()).and(Column::Id.in_subquery(members))
        };
        let built_in = Column::Role.is_in(names).and(have_custom(None).not());
        Condition::any().add(built_in).add(have_custom(Some(ids)))
    }
}
