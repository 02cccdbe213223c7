use async_trait::async_trait;
use plinth_domain::{OrganizationId, TenantScope};
use plinth_ports::{
    ApiKeyReader, ApiKeys, DocumentReader, Documents, FeatureFlagReader, FeatureFlags, FeedReader,
    Idempotency, InvitationReader, Invitations, JobReader, Jobs, Journal, JournalReader,
    MemberReader, Members, OrganizationReader, Organizations, ProjectReader, Projects, ReadUnit,
    Result, UnitOfWork, Uploads,
};

use super::{
    Tables,
    draft::{Draft, Turn},
};

/// One organization's view of a draft. It is every repository at once.
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

    /// Whose rows these are.
    pub(super) fn organization_id(&self) -> OrganizationId {
        self.scope.organization()
    }

    pub(super) fn tables(&self) -> &Tables {
        &self.draft.tables
    }
}

impl ReadUnit for Unit {
    fn organization(&mut self) -> &mut dyn OrganizationReader {
        self
    }
    fn members(&mut self) -> &mut dyn MemberReader {
        self
    }
    fn invitations(&mut self) -> &mut dyn InvitationReader {
        self
    }
    fn api_keys(&mut self) -> &mut dyn ApiKeyReader {
        self
    }
    fn feature_flags(&mut self) -> &mut dyn FeatureFlagReader {
        self
    }
    fn projects(&mut self) -> &mut dyn ProjectReader {
        self
    }
    fn documents(&mut self) -> &mut dyn DocumentReader {
        self
    }
    fn jobs(&mut self) -> &mut dyn JobReader {
        self
    }
    fn journal(&mut self) -> &mut dyn JournalReader {
        self
    }
    fn feed(&mut self) -> &mut dyn FeedReader {
        self
    }
}

#[async_trait]
impl UnitOfWork for Unit {
    fn organization(&mut self) -> &mut dyn Organizations {
        self
    }
    fn members(&mut self) -> &mut dyn Members {
        self
    }
    fn invitations(&mut self) -> &mut dyn Invitations {
        self
    }
    fn api_keys(&mut self) -> &mut dyn ApiKeys {
        self
    }
    fn feature_flags(&mut self) -> &mut dyn FeatureFlags {
        self
    }
    fn projects(&mut self) -> &mut dyn Projects {
        self
    }
    fn documents(&mut self) -> &mut dyn Documents {
        self
    }
    fn uploads(&mut self) -> &mut dyn Uploads {
        self
    }
    fn jobs(&mut self) -> &mut dyn Jobs {
        self
    }
    fn journal(&mut self) -> &mut dyn Journal {
        self
    }
    fn idempotency(&mut self) -> &mut dyn Idempotency {
        self
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        self.draft.commit()
    }

    async fn rollback(self: Box<Self>) {}
}
