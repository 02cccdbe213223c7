use std::time::Duration;

use secrecy::SecretString;

use crate::{
    declaration::section,
    readers::{
        Maybe, SecretText, Span,
        Unit::{Days, Seconds},
    },
    setting::plain,
};

section! {
    "security"
    /// Keys and lifetimes of credentials.
    pub struct Security {
        /// Key that signs the cursors of lists; the same on every replica. In development,
        /// without it, one is made at each start, and older cursors are void.
        secret_key: Option<SecretString> = "secret_key" by Maybe(SecretText { at_least: 32 }),
            plain().needed_in_production().example("$(openssl rand -hex 32)");

        /// How long an access token is good for.
        access_token_ttl: Duration = "access_token_ttl_seconds" by Span(Seconds, 30, 86_400),
            plain().default("900");

        /// How long a refresh token is good for; each use replaces it.
        refresh_token_ttl: Duration = "refresh_token_ttl_days" by Span(Days, 1, 366),
            plain().default("30");

        /// How long an invitation can be accepted.
        invitation_ttl: Duration = "invitation_ttl_days" by Span(Days, 1, 366),
            plain().default("7");
    }
}
