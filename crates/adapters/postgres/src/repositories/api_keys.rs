use async_trait::async_trait;
use plinth_domain::{ApiKey, ApiKeyId};
use plinth_ports::{ApiKeyReader, ApiKeySort, ApiKeys, Page, PageRequest, Result, TokenHash};

use crate::{
    entity::api_key::{ActiveModel, Column, Entity},
    list::{self, Listed},
    scoped::ScopedTx,
};

impl Listed for ApiKeySort {
    type Entity = Entity;
    const ID: Column = Column::Id;

    fn column(self) -> Option<Column> {
        match self {
            Self::CreatedAt => Some(Column::CreatedAt),
        }
    }
}

#[async_trait]
impl ApiKeyReader for ScopedTx {
    async fn find(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>> {
        ScopedTx::find(self, id.uuid()).await
    }

    async fn list(&mut self, page: &PageRequest<ApiKeySort>) -> Result<Page<ApiKey>> {
        Ok(page.page(list::page(self.select::<Entity>(), page).all().await?))
    }
}

#[async_trait]
impl ApiKeys for ScopedTx {
    async fn insert(&mut self, key: &ApiKey, secret: &TokenHash) -> Result<()> {
        self.add(ActiveModel::new(key, secret)).await
    }

    async fn update(&mut self, key: &ApiKey) -> Result<()> {
        self.save(ActiveModel::from(key), key.id.uuid(), key.revision.previous()).await
    }
}
