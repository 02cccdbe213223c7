//! Finds a credential with its membership in one statement, if user and organization are active.

use plinth_domain::{AddressBlock, ApiKey, Email, OrganizationStatus, Session, UserStatus};
use plinth_ports::{Admission, Result, TokenHash};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, QueryTrait, RelationDef,
    RelationTrait, Select, Value, sea_query::SelectStatement,
};

use super::{AcrossTenants, SystemTx};
use crate::{
    records::{api_keys, members, organizations, sessions, users},
    row::{self, FromRow, Row},
    sql::Text,
};

impl SystemTx {
    /// Finds the session of an access token.
    pub async fn find_session(mut self, access: &TokenHash) -> Result<Option<Admission<Session>>> {
        static TEXT: Text = Text::new();
        let sql = TEXT.with(values(access), || {
            let session = sessions::Entity::find();
            let session = session.filter(sessions::Column::AccessHash.eq(access.as_slice()));
            live(session, sessions::Relation::Membership.def())
        });
        self.row(sql).await
    }

    /// Finds an API key.
    pub async fn find_api_key(mut self, secret: &TokenHash) -> Result<Option<Admission<ApiKey>>> {
        static TEXT: Text = Text::new();
        let sql = TEXT.with(values(secret), || {
            let key = api_keys::Entity::find();
            let key = key.filter(api_keys::Column::SecretHash.eq(secret.as_slice()));
            live(key, api_keys::Relation::Creator.def())
        });
        self.row(sql).await
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

/// How many credentials one statement finds.
const BATCH: usize = 64;

impl SystemTx {
    /// Finds the sessions of many access tokens.
    pub async fn find_sessions(
        mut self,
        access: &[TokenHash],
    ) -> Result<Vec<(TokenHash, Admission<Session>)>> {
        static TEXT: Text = Text::new();
        let hash = sessions::Column::AccessHash;
        let mut found = Vec::new();
        for batch in access.chunks(BATCH) {
            let sql = TEXT.with(values_of_many(batch), || {
                let session =
                    sessions::Entity::find().filter(hash.is_in([[0_u8].as_slice(); BATCH]));
                live(session, sessions::Relation::Membership.def())
            });
            for row in &self.rows(sql).await? {
                let row = Row::new(row);
                found.push((row.hash(hash)?, Admission::from_row(&row)?));
            }
        }
        Ok(found)
    }

    /// Finds many API keys.
    pub async fn find_api_keys(
        mut self,
        secrets: &[TokenHash],
    ) -> Result<Vec<(TokenHash, Admission<ApiKey>)>> {
        static TEXT: Text = Text::new();
        let hash = api_keys::Column::SecretHash;
        let mut found = Vec::new();
        for batch in secrets.chunks(BATCH) {
            let sql = TEXT.with(values_of_many(batch), || {
                let key = api_keys::Entity::find().filter(hash.is_in([[0_u8].as_slice(); BATCH]));
                live(key, api_keys::Relation::Creator.def())
            });
            for row in &self.rows(sql).await? {
                let row = Row::new(row);
                found.push((row.hash(hash)?, Admission::from_row(&row)?));
            }
        }
        Ok(found)
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

/// The filters of the credential, the user and the organization, in this order.
fn live<E: AcrossTenants>(credential: Select<E>, membership: RelationDef) -> SelectStatement {
    row::join::<members::Entity, _>(credential, JoinType::InnerJoin, membership)
        .join(JoinType::InnerJoin, members::Relation::User.def())
        .join(JoinType::InnerJoin, members::Relation::Organization.def())
        .filter(users::Column::Status.eq(UserStatus::Active.name()))
        .filter(organizations::Column::Status.eq(OrganizationStatus::Active.name()))
        .into_query()
}
