//! Finds a credential with its membership in one statement, if user and membership are active.

use plinth_domain::{AddressBlock, ApiKey, Email, OrganizationId, Session, UserStatus};
use plinth_ports::{Admission, Result, TokenHash, TokenKey};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, QueryTrait,
    RelationDef, RelationTrait, Select, Value,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use uuid::Uuid;

use super::{
    AcrossTenants, SystemTx,
    token::{self, WithTokens},
};
use crate::{
    records::{HAS_FACTOR, IS_SUSPENDED, REQUIRES_FACTOR, api_keys, members, sessions, users},
    row::{self, FromRow, Row},
    scoped::TenantOwned,
    sql::Text,
};

/// How many credentials one statement finds.
const BATCH: usize = 64;

const SESSION: sessions::Column = sessions::Column::AccessHash;
const KEY: api_keys::Column = api_keys::Column::SecretHash;

impl SystemTx {
    /// Finds the session of an access token.
    pub async fn find_session(mut self, access: &TokenKey) -> Result<Option<Admission<Session>>> {
        static NAMED: Text = Text::new();
        static EARLIER: Text = Text::new();
        let text = if access.organization.is_some() { &NAMED } else { &EARLIER };
        let is_it = || token::is_of::<sessions::Entity>(access, SESSION);
        self.row(text.with(values(access), || live_session(is_it()))).await
    }

    /// Finds an API key.
    pub async fn find_api_key(mut self, secret: &TokenKey) -> Result<Option<Admission<ApiKey>>> {
        static NAMED: Text = Text::new();
        static EARLIER: Text = Text::new();
        let text = if secret.organization.is_some() { &NAMED } else { &EARLIER };
        let is_it = || token::is_of::<api_keys::Entity>(secret, KEY);
        self.row(text.with(values(secret), || live_key(is_it()))).await
    }

    /// Finds the sessions of many access tokens.
    pub async fn find_sessions(
        self,
        access: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<Session>)>> {
        static TEXT: Text = Text::new();
        self.find_many(access, &TEXT, SESSION, live_session).await
    }

    /// Finds many API keys.
    pub async fn find_api_keys(
        self,
        secrets: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<ApiKey>)>> {
        static TEXT: Text = Text::new();
        self.find_many(secrets, &TEXT, KEY, live_key).await
    }

    async fn find_many<T>(
        mut self,
        tokens: &[(OrganizationId, TokenHash)],
        text: &'static Text,
        hash: <<Admission<T> as FromRow>::Entity as EntityTrait>::Column,
        live: fn(Condition) -> SelectStatement,
    ) -> Result<Vec<(TokenHash, Admission<T>)>>
    where
        Admission<T>: FromRow<Entity: WithTokens>,
    {
        let mut found = Vec::new();
        for batch in tokens.chunks(BATCH) {
            let sql = text.with(values_of_many(batch), || live(is_any_of::<Admission<T>>(hash)));
            for row in &self.rows(sql).await? {
                let row = Row::new(row);
                found.push((row.hash(hash)?, Admission::from_row(&row)?));
            }
        }
        Ok(found)
    }
}

impl SystemTx {
    /// Whether the account of this address has a session that was opened from this block.
    pub async fn knows_client(mut self, email: &Email, client: AddressBlock) -> Result<bool> {
        let Some(client) = sessions::known(client) else { return Ok(false) };
        let account = users::Entity::find()
            .select_only()
            .column(users::Column::Id)
            .filter(users::Column::Email.eq(email.as_str()));
        let session = sessions::Entity::find()
            .filter(sessions::Column::UserId.in_subquery(account.into_query()))
            .filter(sessions::Column::Client.eq(client))
            .limit(1);
        Ok(self.one::<Session>(session).await?.is_some())
    }
}

/// The parameters of [`live`], in its order.
fn values(key: &TokenKey) -> Vec<Value> {
    with_states(token::values(key))
}

/// The same for a full batch: the last token fills it up, so that there is one text of statement.
fn values_of_many(tokens: &[(OrganizationId, TokenHash)]) -> Vec<Value> {
    let last = tokens.last().into_iter().cycle();
    let tokens = tokens.iter().chain(last).take(BATCH);
    with_states(
        tokens
            .flat_map(|(organization, hash)| [organization.uuid().into(), hash.as_slice().into()]),
    )
}

fn with_states(tokens: impl IntoIterator<Item = Value>) -> Vec<Value> {
    tokens.into_iter().chain([UserStatus::Active.name().into()]).collect()
}

/// The condition on the rows of a full batch.
fn is_any_of<T: FromRow<Entity: WithTokens>>(
    hash: <T::Entity as EntityTrait>::Column,
) -> Condition {
    let columns = [
        Expr::col((T::Entity::default(), T::Entity::tenant_column())),
        Expr::col((T::Entity::default(), hash)),
    ];
    let blanks = [(Uuid::nil(), [0_u8].as_slice()); BATCH];
    Condition::all().add(Expr::tuple(columns).in_tuples(blanks))
}

fn live_session(token: Condition) -> SelectStatement {
    live(sessions::Entity::find().filter(token), sessions::Relation::Membership.def())
}

fn live_key(token: Condition) -> SelectStatement {
    live(api_keys::Entity::find().filter(token), api_keys::Relation::Creator.def())
}

/// Whether the user has a second factor.
const FACTOR: &str = r#"("users"."second_factor" ->> 'confirmed_at') IS NOT NULL"#;

/// Whether the organization requires one of its members.
const REQUIRED: &str =
    r#"coalesce(("organizations"."settings" ->> 'require_second_factor')::boolean, false)"#;

/// Whether the organization is suspended.
const SUSPENDED: &str = r#""organizations"."status" = 'suspended'"#;

/// The filters of the credential and the user, in this order.
fn live<E: AcrossTenants>(credential: Select<E>, membership: RelationDef) -> SelectStatement {
    members::with_roles(row::join::<members::Entity, _>(
        credential,
        JoinType::InnerJoin,
        membership,
    ))
    .join(JoinType::InnerJoin, members::Relation::User.def())
    .join(JoinType::InnerJoin, members::Relation::Organization.def())
    .column_as(Expr::cust(FACTOR), HAS_FACTOR)
    .column_as(Expr::cust(REQUIRED), REQUIRES_FACTOR)
    .column_as(Expr::cust(SUSPENDED), IS_SUSPENDED)
    .filter(users::Column::Status.eq(UserStatus::Active.name()))
    .filter(members::Column::SuspendedAt.is_null())
    .into_query()
}
