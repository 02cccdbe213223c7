use std::collections::BTreeMap;

use async_trait::async_trait;
use plinth_domain::SecretId;
use plinth_ports::{OutdatedSecret, Result, SealedSecret, SecretKeys, SecretOwner, WrappedKey};

use super::{MemoryStore, tables::Tables};

#[async_trait]
impl SecretKeys for MemoryStore {
    async fn outdated(
        &self,
        newest: &str,
        after: Option<(SecretOwner, SecretId)>,
        limit: u16,
    ) -> Result<Vec<OutdatedSecret>> {
        let tables = self.snapshot();
        let rest = secrets(&tables)
            .filter(|(owner, secret)| after.is_none_or(|after| (*owner, secret.id) > after));
        let outdated = rest.filter(|(_, secret)| secret.key.master_key != newest);
        let outdated = outdated.map(|(owner, secret)| OutdatedSecret {
            owner,
            secret: secret.id,
            key: secret.key.clone(),
        });
        Ok(outdated.take(limit.into()).collect())
    }

    async fn replace(&self, secret: &OutdatedSecret, key: &WrappedKey) -> Result<bool> {
        let _turn = self.turn().await?;
        let mut tables = self.snapshot();
        let row = match secret.owner {
            SecretOwner::Organization(organization) => {
                tables.records.secrets.get_mut(&(organization, secret.secret))
            }
            SecretOwner::User(user) => {
                let factor = tables.users.get_mut(&user).and_then(|user| user.factor.as_mut());
                factor.map(|factor| &mut factor.secret)
            }
        };
        let Some(row) = row.filter(|row| row.key == secret.key) else { return Ok(false) };
        row.key = key.clone();
        self.0.replace(tables);
        Ok(true)
    }

    async fn counts(&self) -> Result<Vec<(String, u64)>> {
        let mut counts = BTreeMap::new();
        for (_, secret) in secrets(&self.snapshot()) {
            *counts.entry(secret.key.master_key.clone()).or_default() += 1;
        }
        Ok(counts.into_iter().collect())
    }
}

/// Every secret, in the order of owners.
fn secrets(tables: &Tables) -> impl Iterator<Item = (SecretOwner, &SealedSecret)> {
    let of_organizations = tables.records.secrets.iter();
    let of_organizations = of_organizations.map(|(place, secret)| (place.0.into(), secret));
    let of_users = tables.users.iter().filter_map(|(user, login)| {
        let factor = login.factor.as_ref()?;
        Some((SecretOwner::User(*user), &factor.secret))
    });
    of_organizations.chain(of_users)
}
