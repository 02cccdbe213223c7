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
pub mod search;
mod uploads;

use async_trait::async_trait;
use plinth_ports::{Result, Transaction};

use crate::scoped::ScopedTx;

#[async_trait]
impl Transaction for ScopedTx {
    async fn commit(self: Box<Self>) -> Result<()> {
        (*self).close().await
    }
    async fn rollback(self: Box<Self>) {
        (*self).undo().await;
    }
}
