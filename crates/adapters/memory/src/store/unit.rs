use async_trait::async_trait;
use plinth_domain::{OrganizationId, TenantScope, Timestamp};
use plinth_ports::{Result, Transaction};

use super::{
    Tables,
    draft::{Draft, Turn},
};

/// One organization's view of a draft. It implements every port of a unit.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) draft: Draft,
    pub(super) scope: TenantScope,
}

impl Unit {
    pub(super) fn writing(tables: Tables, turn: Turn, scope: TenantScope) -> Self {
        Self { draft: Draft::new(tables, Some(turn)), scope }
    }

    pub(super) fn reading(tables: Tables, scope: TenantScope) -> Self {
        Self { draft: Draft::new(tables, None), scope }
    }

    /// The organization in scope.
    pub(super) fn organization_id(&self) -> OrganizationId {
        self.scope.organization()
    }

    pub(super) fn tables(&self) -> &Tables {
        &self.draft.tables
    }
}

#[async_trait]
impl Transaction for Unit {
    fn now(&self) -> Timestamp {
        self.draft.now()
    }
    async fn commit(self: Box<Self>) -> Result<()> {
        self.draft.commit()
    }

    async fn rollback(self: Box<Self>) {}
}
