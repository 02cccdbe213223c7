//! One module a kind of record. All of them are [`ScopedTx`]'s, so a unit of
//! work lends itself out as each of them.

mod api_keys;
mod documents;
mod feature_flags;
pub mod feed;
mod idempotency;
mod invitations;
mod jobs;
mod journal;
mod members;
mod organization;
mod projects;
mod search;
mod uploads;

use async_trait::async_trait;
use plinth_ports::{
    ApiKeyReader, ApiKeys, DocumentReader, Documents, FeatureFlagReader, FeatureFlags, FeedReader,
    Idempotency, InvitationReader, Invitations, JobReader, Jobs, Journal, JournalReader,
    MemberReader, Members, OrganizationReader, Organizations, ProjectReader, Projects, ReadUnit,
    Result, UnitOfWork, Uploads,
};

use crate::scoped::ScopedTx;

impl ReadUnit for ScopedTx {
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
impl UnitOfWork for ScopedTx {
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
        (*self).close().await
    }
    async fn rollback(self: Box<Self>) {
        (*self).undo().await;
    }
}
