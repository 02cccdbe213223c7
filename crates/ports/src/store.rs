use async_trait::async_trait;
use plinth_domain::TenantScope;

use crate::{
    ApiKeyReader, ApiKeys, DocumentReader, Documents, FeatureFlagReader, FeatureFlags, FeedReader,
    Idempotency, InvitationReader, Invitations, JobReader, Jobs, Journal, JournalReader,
    MemberReader, Members, OrganizationReader, Organizations, ProjectReader, Projects, Result,
    Uploads,
};

/// Where the organizations' records are kept.
///
/// There is no way in without a [`TenantScope`], and none of the methods
/// behind it takes an organization:
///
/// ```
/// # use plinth_domain::{ProjectId, TenantScope};
/// # use plinth_ports::{Result, Store};
/// # async fn find(store: &dyn Store, scope: TenantScope, id: ProjectId) -> Result<()> {
/// let mut unit = store.begin(scope).await?;
/// unit.projects().find(id).await?;
/// unit.commit().await
/// # }
/// ```
///
/// Forgetting the tenant does not compile:
///
/// ```compile_fail
/// # use plinth_ports::{Result, Store};
/// # async fn forgetful(store: &dyn Store) -> Result<()> {
/// let unit = store.begin().await?;
/// unit.commit().await
/// # }
/// ```
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a unit of work: everything or nothing.
    async fn begin(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>>;

    /// Opens a view that can only be read.
    async fn read(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>>;
}

/// A consistent, read-only view of one organization's records.
pub trait ReadUnit: Send {
    /// The organization itself.
    fn organization(&mut self) -> &mut dyn OrganizationReader;
    /// Its members.
    fn members(&mut self) -> &mut dyn MemberReader;
    /// Its invitations.
    fn invitations(&mut self) -> &mut dyn InvitationReader;
    /// Its API keys.
    fn api_keys(&mut self) -> &mut dyn ApiKeyReader;
    /// The feature flags as they are for it.
    fn feature_flags(&mut self) -> &mut dyn FeatureFlagReader;
    /// Its projects.
    fn projects(&mut self) -> &mut dyn ProjectReader;
    /// Its documents.
    fn documents(&mut self) -> &mut dyn DocumentReader;
    /// Its jobs.
    fn jobs(&mut self) -> &mut dyn JobReader;
    /// Its journal.
    fn journal(&mut self) -> &mut dyn JournalReader;
    /// Its journal, by number.
    fn feed(&mut self) -> &mut dyn FeedReader;
}

/// A transaction on one organization's records. Dropped without
/// [`UnitOfWork::commit`], it leaves no trace; nothing can be used after it:
///
/// ```compile_fail
/// # use plinth_domain::ProjectId;
/// # use plinth_ports::{Result, UnitOfWork};
/// # async fn late(mut unit: Box<dyn UnitOfWork>, id: ProjectId) -> Result<()> {
/// unit.commit().await?;
/// unit.projects().find(id).await?;
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait UnitOfWork: Send {
    /// The organization itself.
    fn organization(&mut self) -> &mut dyn Organizations;
    /// Its members.
    fn members(&mut self) -> &mut dyn Members;
    /// Its invitations.
    fn invitations(&mut self) -> &mut dyn Invitations;
    /// Its API keys.
    fn api_keys(&mut self) -> &mut dyn ApiKeys;
    /// The feature flags as they are for it.
    fn feature_flags(&mut self) -> &mut dyn FeatureFlags;
    /// Its projects.
    fn projects(&mut self) -> &mut dyn Projects;
    /// Its documents.
    fn documents(&mut self) -> &mut dyn Documents;
    /// Its uploads under way.
    fn uploads(&mut self) -> &mut dyn Uploads;
    /// Its jobs.
    fn jobs(&mut self) -> &mut dyn Jobs;
    /// Its journal.
    fn journal(&mut self) -> &mut dyn Journal;
    /// What it answered to idempotent writes.
    fn idempotency(&mut self) -> &mut dyn Idempotency;
    /// Makes all of it last.
    async fn commit(self: Box<Self>) -> Result<()>;
    /// Takes all of it back, and waits until its locks are gone: whoever comes
    /// next finds none of them. Dropping does the same while nobody waits.
    async fn rollback(self: Box<Self>);
}
