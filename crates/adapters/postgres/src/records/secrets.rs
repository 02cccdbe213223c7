use async_trait::async_trait;
use plinth_domain::SecretId;
use plinth_ports::{Result, SealedSecret, SealedSecrets, WrappedKey};
use sea_orm::{Condition, NotSet, Set, entity::prelude::*};

use crate::{
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "secrets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub master_key: String,
    pub wrapped_key: Vec<u8>,
    pub sealed: Vec<u8>,
    pub version: i64,
}

crate::scoped::tenant_table!();

impl FromRow for SealedSecret {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            key: WrappedKey {
                master_key: row.get(Column::MasterKey)?,
                bytes: row.get(Column::WrappedKey)?,
            },
            sealed: row.get(Column::Sealed)?,
        })
    }
}

#[async_trait]
impl SealedSecrets for ScopedTx {
    async fn find(&mut self, secret: SecretId) -> Result<Option<SealedSecret>> {
        Self::find(self, secret.uuid()).await
    }

    async fn insert(&mut self, secret: &SealedSecret) -> Result<()> {
        let row = ActiveModel {
            organization_id: NotSet,
            id: set(&secret.id),
            master_key: Set(secret.key.master_key.clone()),
            wrapped_key: Set(secret.key.bytes.clone()),
            sealed: Set(secret.sealed.clone()),
            version: Set(1),
        };
        self.add(row).await
    }

    async fn remove(&mut self, secret: SecretId) -> Result<()> {
        self.remove_all::<Entity>(Condition::all().add(Column::Id.eq(secret.uuid()))).await
    }
}
