//! `/api-keys`

mod dto;
mod handlers;

pub(crate) use handlers::*;

plinth_domain::codes! {
    API_KEY_GRANT = "api_key.grant", "An API key has either a role or permissions.";
}
