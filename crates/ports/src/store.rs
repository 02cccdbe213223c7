use async_trait::async_trait;
use plinth_domain::{Project, TenantScope};

use crate::{
    ApiKeyReader, ApiKeys, DocumentReader, Documents, FeatureFlagReader, FeatureFlags, FeedReader,
    Idempotency, InvitationReader, Invitations, JobReader, Jobs, Journal, JournalReader,
    MemberReader, Members, OrganizationReader, Organizations, Record, RecordReader, Records,
    Result, Uploads,
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

/// How a unit of work ends.
#[async_trait]
pub trait Transaction: Send {
    /// Makes all of it last.
    async fn commit(self: Box<Self>) -> Result<()>;
    /// Takes all of it back, and waits until its locks are gone: whoever comes
    /// next finds none of them. Dropping does the same while nobody waits.
    async fn rollback(self: Box<Self>);
}

/// A record that both units have: what is generic over records finds it here.
#[diagnostic::on_unimplemented(message = "`{Self}` is missing from `units!` in ports/src/store.rs")]
pub trait InUnit: Record {
    /// Reads records of this kind.
    fn reader(unit: &mut dyn ReadUnit) -> &mut dyn RecordReader<Self>;
    /// Reads and writes records of this kind.
    fn writer(unit: &mut dyn UnitOfWork) -> &mut dyn Records<Self>;
}

/// Declares both units. An adapter implements the repositories and
/// [`Transaction`]; whatever has all of them is a unit.
macro_rules! units {
    (
        records { $($name:ident: $record:ty,)* }
        read { $($reader:ident: $reads:ident,)* }
        write { $($writer:ident: $writes:ident,)* }
    ) => {
        /// A consistent, read-only view of one organization's records.
        pub trait ReadUnit: Send {$(
            #[doc = concat!("Reads ", stringify!($name), ".")]
            fn $name(&mut self) -> &mut dyn RecordReader<$record>;
        )*$(
            #[doc = concat!("Reads its ", stringify!($reader), ".")]
            fn $reader(&mut self) -> &mut dyn $reads;
        )*}

        $(impl InUnit for $record {
            fn reader(unit: &mut dyn ReadUnit) -> &mut dyn RecordReader<Self> { unit.$name() }
            fn writer(unit: &mut dyn UnitOfWork) -> &mut dyn Records<Self> { unit.$name() }
        })*

        impl<T: Send $(+ RecordReader<$record>)* $(+ $reads)*> ReadUnit for T {
            $(fn $name(&mut self) -> &mut dyn RecordReader<$record> { self })*
            $(fn $reader(&mut self) -> &mut dyn $reads { self })*
        }

        /// A transaction on one organization's records. Dropped without
        /// [`Transaction::commit`], it leaves no trace; nothing can be used after it:
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
        pub trait UnitOfWork: Transaction {$(
            #[doc = concat!("Reads and writes ", stringify!($name), ".")]
            fn $name(&mut self) -> &mut dyn Records<$record>;
        )*$(
            #[doc = concat!("Reads and writes its ", stringify!($writer), ".")]
            fn $writer(&mut self) -> &mut dyn $writes;
        )*}

        impl<T: Transaction $(+ Records<$record>)* $(+ $writes)*> UnitOfWork for T {
            $(fn $name(&mut self) -> &mut dyn Records<$record> { self })*
            $(fn $writer(&mut self) -> &mut dyn $writes { self })*
        }
    };
}

units! {
    records {
        projects: Project,
    }
    read {
        organization: OrganizationReader,
        members: MemberReader,
        invitations: InvitationReader,
        api_keys: ApiKeyReader,
        feature_flags: FeatureFlagReader,
        documents: DocumentReader,
        jobs: JobReader,
        journal: JournalReader,
        feed: FeedReader,
    }
    write {
        organization: Organizations,
        members: Members,
        invitations: Invitations,
        api_keys: ApiKeys,
        feature_flags: FeatureFlags,
        documents: Documents,
        uploads: Uploads,
        jobs: Jobs,
        journal: Journal,
        idempotency: Idempotency,
    }
}
