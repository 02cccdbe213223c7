//! Credentials for machines.

mod create;
mod list;
mod revoke;

pub use create::{CreateApiKey, CreatedApiKey};
pub use list::ListApiKeys;
pub use revoke::RevokeApiKey;
