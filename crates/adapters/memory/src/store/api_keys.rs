use async_trait::async_trait;
use plinth_domain::ApiKey;
use plinth_ports::{ApiKeys, Records, Result, TokenHash};

use super::unit::Unit;

#[async_trait]
impl ApiKeys for Unit {
    async fn insert(&mut self, key: &ApiKey, secret: &TokenHash) -> Result<()> {
        let unknown = !self.tables().users.contains(&key.created_by);
        Records::insert(self, key).await?;
        self.draft.forbid(unknown, "api_keys_created_by_fkey")?;
        let place = (self.organization_id(), key.id);
        self.draft.tables.api_key_secrets.insert(place, *secret);
        Ok(())
    }
}
