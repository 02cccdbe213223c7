//! Offers of membership.

mod create;
mod list;
mod revoke;

pub use create::{CreateInvitation, CreatedInvitation};
pub use list::ListInvitations;
pub use revoke::RevokeInvitation;
