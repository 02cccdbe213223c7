use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId, SecretId};
use plinth_ports::{OutdatedSecret, Result, SecretKeys, StoreError, WrappedKey};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{PgStore, connection::Begin, sql::Sql};

/// The keys after the last one, in the order of the primary key.
const OUTDATED: &str = "SELECT organization_id, id, master_key, wrapped_key FROM secrets
    WHERE (organization_id, id) > ($1, $2) AND master_key <> $3
    ORDER BY organization_id, id LIMIT $4";

/// Unless the key is another one by now.
const REPLACE: &str = "UPDATE secrets SET master_key = $3, wrapped_key = $4,
        version = version + 1, updated_at = now()
    WHERE organization_id = $1 AND id = $2 AND wrapped_key = $5";

const COUNTS: &str = "SELECT master_key, count(*) FROM secrets GROUP BY master_key ORDER BY 1";

#[async_trait]
impl SecretKeys for PgStore {
    async fn outdated(
        &self,
        newest: &str,
        after: Option<(OrganizationId, SecretId)>,
        limit: u16,
    ) -> Result<Vec<OutdatedSecret>> {
        let (organization, secret) = after
            .map_or((Uuid::nil(), Uuid::nil()), |(owner, secret)| (owner.uuid(), secret.uuid()));
        let values =
            vec![organization.into(), secret.into(), newest.into(), i64::from(limit).into()];
        let rows = self.system_reads().rows(Sql::fixed(OUTDATED, values)).await?;
        rows.iter().map(|row| outdated(row).map_err(corrupt)).collect()
    }

    async fn replace(&self, secret: &OutdatedSecret, key: &WrappedKey) -> Result<bool> {
        let mut tx = self.system(Begin::System).await?;
        let values = vec![
            secret.organization.uuid().into(),
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

fn outdated(row: &PgRow) -> sqlx::Result<OutdatedSecret> {
    Ok(OutdatedSecret {
        organization: Id::from_uuid(row.try_get(0)?),
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
