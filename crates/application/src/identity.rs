//! Accounts, sessions and tokens. These use cases work across organizations, so
//! they use the system store.
//!
//! A use case that opens, rotates or revokes sessions locks the account first (`account.rs`), and
//! what it has read before, such as the password, is compared with the locked account.

mod accept_invitation;
mod account;
mod change_password;
mod inviter;
mod login;
mod logout;
mod mails;
mod me;
mod reclaim;
mod refresh;
mod register;
mod reset_password;
mod switch;
mod throttle;
mod tokens;
mod verify;
mod verify_email;

pub use accept_invitation::AcceptInvitation;
pub use change_password::ChangePassword;
pub use login::Credentials;
pub use me::Me;
pub use register::Registration;
pub use tokens::{SignedIn, TokenPair};

plinth_domain::codes! {
    AUTH_INVALID_CREDENTIALS = "auth.invalid_credentials",
        "E-mail address or password is wrong, or the account is disabled.";
    AUTH_INVALID_LINK = "auth.invalid_link",
        "The token of a mail was used, is too old, or is none.";
    AUTH_EMAIL_TAKEN = "auth.email_taken", "An account with this address exists.";
    AUTH_NO_ORGANIZATION = "auth.no_organization",
        "The account is no member of the organization that was asked for.";
}
