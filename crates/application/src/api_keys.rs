//! Credentials for machines.

mod create;
mod list;
mod revoke;

pub use create::{CreateApiKey, CreatedApiKey};
pub use list::ListApiKeys;
pub use revoke::RevokeApiKey;

plinth_domain::codes! {
    API_KEY_EXCEEDS_CREATOR = "api_key.exceeds_creator",
        "An API key cannot be allowed more than its creator.";
}
