//! Who somebody is, and how they prove it. These use cases look across
//! organizations, so they work on the system store.

mod accept_invitation;
mod change_password;
mod login;
mod logout;
mod me;
mod refresh;
mod register;
mod switch;
mod throttle;
mod tokens;

pub use accept_invitation::AcceptInvitation;
pub use change_password::ChangePassword;
pub use login::Credentials;
pub use me::Me;
pub use register::Registration;
pub use tokens::{SignedIn, TokenPair};
