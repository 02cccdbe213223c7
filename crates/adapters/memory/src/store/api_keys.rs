use async_trait::async_trait;
use plinth_domain::{ApiKey, ApiKeyId, UserId};
use plinth_ports::{ApiKeys, Records, Result, TokenHash};

use super::unit::Unit;

#[async_trait]
impl ApiKeys for Unit {
    async fn insert(&mut self, key: &ApiKey, secret: &TokenHash) -> Result<()> {
        let unknown = !self.tables().users.contains(&key.created_by);
        Records::insert(self, key).await?;
        self.draft.forbid(unknown, "api_keys_created_by_fkey")?;
        let orphan = key.parent.is_some_and(|parent| self.record(parent).is_none());
        self.draft.forbid(orphan, "api_keys_parent_fkey")?;
        let place = (self.organization_id(), key.id);
        self.draft.tables.api_key_secrets.insert(place, *secret);
        Ok(())
    }

    async fn replace_secret(&mut self, key: ApiKeyId, secret: &TokenHash) -> Result<()> {
        let place = (self.organization_id(), key);
        if let Some(known) = self.draft.tables.api_key_secrets.get_mut(&place) {
            *known = *secret;
        }
        Ok(())
    }

    async fn descendants(&mut self, ancestor: ApiKeyId) -> Result<Vec<ApiKey>> {
        let (mut found, mut ancestors): (Vec<ApiKey>, _) = (Vec::new(), vec![ancestor]);
        while let Some(parent) = ancestors.pop() {
            let children = self.records::<ApiKey>().filter(|key| key.parent == Some(parent));
            for key in children {
                ancestors.push(key.id);
                found.push(key.clone());
            }
        }
        found.retain(|key| key.revoked_at.is_none());
        Ok(found)
    }

    async fn created_by(&mut self, user: UserId) -> Result<Vec<ApiKey>> {
        let own = |key: &&ApiKey| key.created_by == user && key.revoked_at.is_none();
        Ok(self.records().filter(own).cloned().collect())
    }
}
