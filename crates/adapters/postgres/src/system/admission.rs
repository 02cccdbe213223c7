//! Finds a credential with its membership in one statement, if user and organization are active.

use plinth_domain::{AddressBlock, ApiKey, Email, OrganizationStatus, Session, UserStatus};
use plinth_ports::{Admission, Result, TokenHash};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, QueryTrait, RelationDef,
    RelationTrait, Select, Value,
    sea_query::{SelectStatement, SimpleExpr},
};

use super::{AcrossTenants, SystemTx};
use crate::{
    records::{api_keys, members, organizations, sessions, users},
    row::{self, FromRow, Row},
    sql::Text,
};

/// How many credentials one statement finds.
const BATCH: usize = 64;

const SESSION: sessions::Column = sessions::Column::AccessHash;
const KEY: api_keys::Column = api_keys::Column::SecretHash;

impl SystemTx {
    /// Finds the session of an access token.
    pub async fn find_session(mut self, access: &TokenHash) -> Result<Option<Admission<Session>>> {
        static TEXT: Text = Text::new();
        self.row(TEXT.with(values(access), || live_session(SESSION.eq(access.as_slice())))).await
    }

    /// Finds an API key.
    pub async fn find_api_key(mut self, secret: &TokenHash) -> Result<Option<Admission<ApiKey>>> {
        static TEXT: Text = Text::new();
        self.row(TEXT.with(values(secret), || live_key(KEY.eq(secret.as_slice())))).await
    }

    /// Finds the sessions of many access tokens.
    pub async fn find_sessions(
        self,
        access: &[TokenHash],
    ) -> Result<Vec<(TokenHash, Admission<Session>)>> {
        static TEXT: Text = Text::new();
        self.find_many(access, &TEXT, SESSION, live_session).await
    }

    /// Finds many API keys.
    pub async fn find_api_keys(
        self,
        secrets: &[TokenHash],
    ) -> Result<Vec<(TokenHash, Admission<ApiKey>)>> {
        static TEXT: Text = Text::new();
        self.find_many(secrets, &TEXT, KEY, live_key).await
    }

    async fn find_many<T>(
        mut self,
        hashes: &[TokenHash],
        text: &'static Text,
        hash: <<Admission<T> as FromRow>::Entity as EntityTrait>::Column,
        live: fn(SimpleExpr) -> SelectStatement,
    ) -> Result<Vec<(TokenHash, Admission<T>)>>
    where
        Admission<T>: FromRow,
    {
        let mut found = Vec::new();
        for batch in hashes.chunks(BATCH) {
            let sql =
                text.with(values_of_many(batch), || live(hash.is_in([[0_u8].as_slice(); BATCH])));
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
fn values(hash: &TokenHash) -> Vec<Value> {
    with_states([hash.as_slice().into()])
}

/// The same for a full batch: the last hash fills it up, so that there is one text of statement.
fn values_of_many(hashes: &[TokenHash]) -> Vec<Value> {
    let last = hashes.last().into_iter().cycle();
    with_states(hashes.iter().chain(last).take(BATCH).map(|hash| hash.as_slice().into()))
}

fn with_states(hashes: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let (user, organization) = (UserStatus::Active, OrganizationStatus::Active);
    hashes.into_iter().chain([user.name().into(), organization.name().into()]).collect()
}

fn live_session(hash: SimpleExpr) -> SelectStatement {
    live(sessions::Entity::find().filter(hash), sessions::Relation::Membership.def())
}

fn live_key(hash: SimpleExpr) -> SelectStatement {
    live(api_keys::Entity::find().filter(hash), api_keys::Relation::Creator.def())
}

/// The filters of the credential, the user and the organization, in this order.
fn live<E: AcrossTenants>(credential: Select<E>, membership: RelationDef) -> SelectStatement {
    row::join::<members::Entity, _>(credential, JoinType::InnerJoin, membership)
        .join(JoinType::InnerJoin, members::Relation::User.def())
        .join(JoinType::InnerJoin, members::Relation::Organization.def())
        .filter(users::Column::Status.eq(UserStatus::Active.name()))
        .filter(organizations::Column::Status.eq(OrganizationStatus::Active.name()))
        .into_query()
}
