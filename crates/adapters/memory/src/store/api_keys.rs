use async_trait::async_trait;
use plinth_domain::{ApiKey, ApiKeyId};
use plinth_ports::{ApiKeyReader, ApiKeySort, ApiKeys, Page, PageRequest, Result, TokenHash};

use super::{lists, rows::ApiKeyRow, tables::expect, unit::Unit};

#[async_trait]
impl ApiKeyReader for Unit {
    async fn find(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>> {
        let row = self.tables().api_keys.get(&(self.organization_id(), id));
        Ok(row.map(|row| row.key.clone()))
    }

    async fn list(&mut self, page: &PageRequest<ApiKeySort>) -> Result<Page<ApiKey>> {
        let rows = self.tables().api_keys.of(self.organization_id());
        Ok(lists::page(rows.map(|row| row.key.clone()), page))
    }
}

#[async_trait]
impl ApiKeys for Unit {
    async fn insert(&mut self, key: &ApiKey, secret: &TokenHash) -> Result<()> {
        let organization = self.organization_id();
        let exists = self.tables().api_keys.contains(&(organization, key.id));
        let nobody = !self.tables().users.contains(&key.created_by);
        self.draft.forbid(exists, "api_keys_pkey")?;
        self.draft.forbid(nobody, "api_keys_created_by_fkey")?;
        let row = ApiKeyRow { key: ApiKey { organization, ..key.clone() }, secret: *secret };
        self.draft.tables.api_keys.insert((organization, key.id), row);
        Ok(())
    }

    async fn update(&mut self, key: &ApiKey) -> Result<()> {
        let organization = self.organization_id();
        let row = self.draft.tables.api_keys.get_mut(&(organization, key.id));
        let stored = row.as_ref().map(|row| row.key.revision.version);
        expect(stored, key.revision.previous())?;
        if let Some(row) = row {
            row.key = ApiKey { organization, ..key.clone() };
        }
        Ok(())
    }
}
