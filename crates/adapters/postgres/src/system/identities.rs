//! The identities of users at providers, and the states of logins there that were used.

use async_trait::async_trait;
use plinth_domain::{Email, Id, Timestamp, UserId};
use plinth_ports::{
    MAX_USER_IDENTITIES, Result, StoreError, TokenHash, UserIdentities, UserIdentity,
    UserIdentityId,
};
use sqlx::postgres::PgRow;

use super::SystemTx;
use crate::{row::named, sql::Sql};

const FIND: &str = "SELECT id, user_id, issuer, subject, email, created_at, last_used_at
    FROM user_identities WHERE issuer = $1 AND subject = $2";
const OF_USER: &str = "SELECT id, user_id, issuer, subject, email, created_at, last_used_at
    FROM user_identities WHERE user_id = $1 ORDER BY created_at, id LIMIT $2";
const INSERT: &str = "INSERT INTO user_identities
    (id, user_id, issuer, subject, email, created_at, updated_at, last_used_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6, $7)";
const TOUCH: &str = "UPDATE user_identities
    SET last_used_at = $2, updated_at = $2, version = version + 1 WHERE id = $1";
const REMOVE: &str = "DELETE FROM user_identities WHERE user_id = $1 AND id = $2";
const REMOVE_ALL: &str = "DELETE FROM user_identities WHERE user_id = $1";
const USE: &str = "INSERT INTO used_oidc_states (hash, expires_at) VALUES ($1, $2)
    ON CONFLICT (hash) DO NOTHING";

#[async_trait]
impl UserIdentities for SystemTx {
    async fn find_identity(&mut self, issuer: &str, subject: &str) -> Result<Option<UserIdentity>> {
        let rows = self.rows(Sql::fixed(FIND, vec![issuer.into(), subject.into()])).await?;
        rows.first().map(identity).transpose()
    }

    async fn identities(&mut self, user: UserId) -> Result<Vec<UserIdentity>> {
        let limit = i64::try_from(MAX_USER_IDENTITIES).unwrap_or(i64::MAX);
        let rows = self.rows(Sql::fixed(OF_USER, vec![user.uuid().into(), limit.into()])).await?;
        rows.iter().map(identity).collect()
    }

    async fn insert_identity(&mut self, identity: &UserIdentity) -> Result<()> {
        let values = vec![
            identity.id.uuid().into(),
            identity.user.uuid().into(),
            identity.issuer.as_str().into(),
            identity.subject.as_str().into(),
            identity.email.as_ref().map(|email| email.as_str().to_owned()).into(),
            identity.created_at.into(),
            identity.last_used_at.into(),
        ];
        self.execute(Sql::fixed(INSERT, values)).await.map(drop)
    }

    async fn touch_identity(&mut self, identity: UserIdentityId, at: Timestamp) -> Result<()> {
        let values = vec![identity.uuid().into(), at.into()];
        self.execute(Sql::fixed(TOUCH, values)).await.map(drop)
    }

    async fn remove_identity(&mut self, user: UserId, identity: UserIdentityId) -> Result<bool> {
        let values = vec![user.uuid().into(), identity.uuid().into()];
        Ok(self.execute(Sql::fixed(REMOVE, values)).await? == 1)
    }

    async fn remove_identities(&mut self, user: UserId) -> Result<()> {
        self.execute(Sql::fixed(REMOVE_ALL, vec![user.uuid().into()])).await.map(drop)
    }

    async fn use_oidc_state(&mut self, state: &TokenHash, expires_at: Timestamp) -> Result<bool> {
        let values = vec![state.to_vec().into(), expires_at.into()];
        Ok(self.execute(Sql::fixed(USE, values)).await? == 1)
    }
}

fn identity(row: &PgRow) -> Result<UserIdentity> {
    let email: Option<&str> = named(row, "email")?;
    let email = email.map(Email::stored).transpose();
    Ok(UserIdentity {
        id: Id::from_uuid(named(row, "id")?),
        user: Id::from_uuid(named(row, "user_id")?),
        issuer: named(row, "issuer")?,
        subject: named(row, "subject")?,
        email: email.map_err(|invalid| StoreError::Other(invalid.to_string().into()))?,
        created_at: named(row, "created_at")?,
        last_used_at: named(row, "last_used_at")?,
    })
}
