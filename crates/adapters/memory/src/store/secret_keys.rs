use std::collections::BTreeMap;

use async_trait::async_trait;
use plinth_domain::{OrganizationId, SecretId};
use plinth_ports::{OutdatedSecret, Result, SecretKeys, WrappedKey};

use super::MemoryStore;

#[async_trait]
impl SecretKeys for MemoryStore {
    async fn outdated(
        &self,
        newest: &str,
        after: Option<(OrganizationId, SecretId)>,
        limit: u16,
    ) -> Result<Vec<OutdatedSecret>> {
        let tables = self.snapshot();
        let rows = tables.records.secrets.iter();
        let rows = rows.filter(|(place, _)| after.is_none_or(|after| **place > after));
        let outdated = rows.filter(|(_, secret)| secret.key.master_key != newest);
        let outdated = outdated.map(|((organization, secret), row)| OutdatedSecret {
            organization: *organization,
            secret: *secret,
            key: row.key.clone(),
        });
        Ok(outdated.take(limit.into()).collect())
    }

    async fn replace(&self, secret: &OutdatedSecret, key: &WrappedKey) -> Result<bool> {
        let _turn = self.turn().await?;
        let mut tables = self.snapshot();
        let row = tables.records.secrets.get_mut(&(secret.organization, secret.secret));
        let Some(row) = row.filter(|row| row.key == secret.key) else { return Ok(false) };
        row.key = key.clone();
        self.0.replace(tables);
        Ok(true)
    }

    async fn counts(&self) -> Result<Vec<(String, u64)>> {
        let mut counts = BTreeMap::new();
        for secret in self.snapshot().records.secrets.values() {
            *counts.entry(secret.key.master_key.clone()).or_default() += 1;
        }
        Ok(counts.into_iter().collect())
    }
}
