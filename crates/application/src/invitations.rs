//! Offers of membership.

mod create;
mod list;
mod revoke;

pub use create::{CreateInvitation, CreatedInvitation};
pub use list::ListInvitations;
pub use revoke::RevokeInvitation;

plinth_domain::codes! {
    INVITATION_OPEN = "invitation.open", "An invitation for this address is open.";
}
