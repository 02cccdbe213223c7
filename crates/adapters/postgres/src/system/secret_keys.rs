use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId, SecretId, UserId};
use plinth_ports::{
    Login, OutdatedSecret, Result, SecretKeys, SecretOwner, StoreError, SystemUnit, WrappedKey,
};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{PgStore, connection::Begin, records::users::second_factor, row::named, sql::Sql};

/// The keys after the last one, in the order of the primary key.
const OUTDATED: &str = "SELECT organization_id, id, master_key, wrapped_key FROM secrets
    WHERE (organization_id, id) > ($1, $2) AND master_key <> $3
    ORDER BY organization_id, id LIMIT $4";

/// Unless the key is another one by now.
const REPLACE: &str = "UPDATE secrets SET master_key = $3, wrapped_key = $4,
        version = version + 1, updated_at = now()
    WHERE organization_id = $1 AND id = $2 AND wrapped_key = $5";

/// The second factors of users after the last one.
const OUTDATED_OF_USERS: &str = "SELECT id, second_factor::text FROM users
    WHERE id > $1 AND second_factor ->> 'master_key' <> $2 ORDER BY id LIMIT $3";

const REPLACE_OF_USER: &str = "UPDATE users SET second_factor = $2::text::jsonb WHERE id = $1";

const COUNTS: &str = "
    SELECT master_key, count(*) FROM (
        SELECT master_key FROM secrets
        UNION ALL SELECT second_factor ->> 'master_key' FROM users WHERE second_factor IS NOT NULL
    ) every GROUP BY master_key ORDER BY 1";

#[async_trait]
impl SecretKeys for PgStore {
    async fn outdated(
        &self,
        newest: &str,
        after: Option<(SecretOwner, SecretId)>,
        limit: u16,
    ) -> Result<Vec<OutdatedSecret>> {
        let none = SecretOwner::Organization(Id::from_uuid(Uuid::nil()));
        let (owner, secret) = after.unwrap_or((none, Id::from_uuid(Uuid::nil())));
        let (mut found, user) = match owner {
            SecretOwner::Organization(organization) => {
                let found = self.of_organizations(newest, organization, secret, limit).await?;
                (found, Id::from_uuid(Uuid::nil()))
            }
            SecretOwner::User(user) => (Vec::new(), user),
        };
        let rest = usize::from(limit) - found.len();
        if rest > 0 {
            found.extend(self.of_users(newest, user, rest).await?);
        }
        Ok(found)
    }

    async fn replace(&self, secret: &OutdatedSecret, key: &WrappedKey) -> Result<bool> {
        let organization = match secret.owner {
            SecretOwner::Organization(organization) => organization,
            SecretOwner::User(user) => return self.replace_of_user(user, secret, key).await,
        };
        let mut tx = self.system(Begin::System).await?;
        let values = vec![
            organization.uuid().into(),
            secret.secret.uuid().into(),
            key.master_key.as_str().into(),
            key.bytes.clone().into(),
            secret.key.bytes.clone().into(),
        ];
        let replaced = tx.execute(Sql::fixed(REPLACE, values)).await?;
        tx.close().await?;
        Ok(replaced > 0)
    }

    async fn counts(&self) -> Result<Vec<(String, u64)>> {
        let rows = self.system_reads().rows(Sql::fixed(COUNTS, Vec::new())).await?;
        rows.iter().map(|row| counted(row).map_err(corrupt)).collect()
    }
}

impl PgStore {
    async fn of_organizations(
        &self,
        newest: &str,
        organization: OrganizationId,
        secret: SecretId,
        limit: u16,
    ) -> Result<Vec<OutdatedSecret>> {
        let after = [organization.uuid().into(), secret.uuid().into()];
        let values = after.into_iter().chain([newest.into(), i64::from(limit).into()]).collect();
        let rows = self.system_reads().rows(Sql::fixed(OUTDATED, values)).await?;
        rows.iter().map(|row| outdated(row).map_err(corrupt)).collect()
    }

    async fn of_users(
        &self,
        newest: &str,
        after: UserId,
        limit: usize,
    ) -> Result<Vec<OutdatedSecret>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = vec![after.uuid().into(), newest.into(), limit.into()];
        let rows = self.system_reads().rows(Sql::fixed(OUTDATED_OF_USERS, values)).await?;
        let factor = |row: &PgRow| {
            let user = UserId::from_uuid(named(row, "id")?);
            let factor = second_factor::decode(named(row, "second_factor")?);
            let broken = || StoreError::Other(format!("a broken factor of user {user}").into());
            let secret = factor.ok_or_else(broken)?.secret;
            Ok(OutdatedSecret { owner: user.into(), secret: secret.id, key: secret.key })
        };
        rows.iter().map(factor).collect()
    }

    /// The revision of the user stays: nothing that they see has changed. In a cell, the others
    /// hear of it all the same.
    async fn replace_of_user(
        &self,
        user: UserId,
        secret: &OutdatedSecret,
        key: &WrappedKey,
    ) -> Result<bool> {
        let mut tx = self.system(Begin::System).await?;
        let Some(Login { factor: Some(mut factor), .. }) = tx.lock_user(user).await? else {
            return Ok(false);
        };
        if factor.secret.id != secret.secret || factor.secret.key != secret.key {
            return Ok(false);
        }
        factor.secret.key = key.clone();
        let values = vec![user.uuid().into(), second_factor::encode(&factor).into()];
        tx.execute(Sql::fixed(REPLACE_OF_USER, values)).await?;
        tx.close().await?;
        Ok(true)
    }
}

fn outdated(row: &PgRow) -> sqlx::Result<OutdatedSecret> {
    Ok(OutdatedSecret {
        owner: OrganizationId::from_uuid(row.try_get(0)?).into(),
        secret: Id::from_uuid(row.try_get(1)?),
        key: WrappedKey { master_key: row.try_get(2)?, bytes: row.try_get(3)? },
    })
}

fn counted(row: &PgRow) -> sqlx::Result<(String, u64)> {
    let count: i64 = row.try_get(1)?;
    Ok((row.try_get(0)?, count.unsigned_abs()))
}

fn corrupt(error: sqlx::Error) -> StoreError {
    StoreError::Other(error.into())
}
