//! Accounts, sessions and tokens. These use cases work across organizations, so
//! they use the system store.
//!
//! A use case that opens, rotates or revokes sessions locks the account first (`account.rs`), and
//! what it has read before, such as the password, is compared with the locked account.

mod accept_invitation;
mod account;
mod avatar;
mod change_email;
mod change_password;
mod confirmed_registration;
mod delete_account;
mod factor_proof;
mod inviter;
mod login;
mod login_second_factor;
mod logout;
mod mails;
mod me;
mod new_device;
mod oidc;
mod profile;
mod reclaim;
mod refresh;
mod register;
mod reset_password;
mod second_factor;
mod sessions;
mod step_up;
mod switch;
mod take_back;
mod throttle;
mod tokens;
mod totp;
mod verify;
mod verify_email;

pub use accept_invitation::AcceptInvitation;
pub(crate) use avatar::CODES as AVATAR_CODES;
pub use change_email::{ChangeEmail, EmailChange};
pub use change_password::ChangePassword;
pub use login::Credentials;
pub use me::Me;
pub use oidc::{
    BegunOidc, BegunSso, NewHome, OidcAnswer, OidcLogin, OidcLoginEnd, OidcRegistration,
    PendingIdentity, SsoTarget,
};
pub(crate) use oidc::{CODES as OIDC_CODES, SSO_CODES};
pub use profile::ProfileChanges;
pub use register::Registration;
pub(crate) use second_factor::CODES as SECOND_FACTOR_CODES;
pub use second_factor::{BegunFactor, FactorState};
pub use sessions::LoginSession;
pub use step_up::StepUp;
pub use tokens::{SignedIn, TokenPair};

plinth_domain::codes! {
    ACCOUNT_IN_OTHER_CELL = "account.in_other_cell",
        "The account is a member of organizations in other cells: leave these first.";
    ACCOUNT_SOLE_OWNER = "account.sole_owner",
        "The account is the only owner of `organizations`: make someone else an owner of each first.";
    AUTH_INVALID_CREDENTIALS = "auth.invalid_credentials",
        "E-mail address or password is wrong, or the account is disabled.";
    AUTH_INVALID_CHALLENGE = "auth.invalid_challenge",
        "The challenge of a login is too old, of another password, or none: log in again.";
    AUTH_INVALID_SECOND_FACTOR = "auth.invalid_second_factor",
        "The code is wrong, was used or is too old; or the account needs one, not its password.";
    AUTH_INVALID_LINK = "auth.invalid_link",
        "The token of a mail was used, is too old, or is none.";
    AUTH_EMAIL_TAKEN = "auth.email_taken", "An account with this address exists.";
    AUTH_NO_ORGANIZATION = "auth.no_organization",
        "The account is no member of the organization that was asked for.";
}
