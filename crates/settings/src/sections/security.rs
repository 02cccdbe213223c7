use std::time::Duration;

use secrecy::SecretString;

use crate::{
    declaration::section,
    readers::{
        Choice, Maybe, SecretText, Span,
        Unit::{Days, Hours, Seconds},
    },
    setting::plain,
};

/// How a new user registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationKind {
    /// At once.
    Direct,
    /// By the link of a mail.
    Confirmed,
}

const REGISTRATIONS: Choice<RegistrationKind> =
    Choice(&[("direct", RegistrationKind::Direct), ("confirmed", RegistrationKind::Confirmed)]);

section! {
    "security"
    /// Keys and lifetimes of credentials.
    pub struct Security {
        /// Key that signs the cursors of lists, and from which tokens are derived. It is the same on
        /// every replica. In development it may be unset: then each start generates a key, and older
        /// cursors become invalid.
        secret_key: Option<SecretString> = "secret_key" by Maybe(SecretText { at_least: 32 }),
            plain().needed_in_production().example("$(openssl rand -hex 32)");

        /// Lifetime of an access token.
        access_token_ttl: Duration = "access_token_ttl_seconds" by Span(Seconds, 30, 86_400),
            plain().default("900");

        /// Lifetime of a refresh token. Each use replaces the token.
        refresh_token_ttl: Duration = "refresh_token_ttl_days" by Span(Days, 1, 366),
            plain().default("30");

        /// How long after the login a session by an organization's own provider of identities ends,
        /// however often it is refreshed: a user who is disabled at the provider has access no longer
        /// than that.
        sso_session: Duration = "sso_session_hours" by Span(Hours, 1, 720),
            plain().default("24");

        /// How long after the exchange of a refresh token a second exchange of the same token gets
        /// the same new pair: two tabs do it at once, and an answer can be lost. Later it counts as
        /// the use of a stolen token, which ends the session. 0 never allows it.
        refresh_again: Duration = "refresh_again_seconds" by Span(Seconds, 0, 60),
            plain().default("10");

        /// How new users register: `direct` answers with tokens, and tells when the address has an
        /// account; `confirmed` has one answer for every address, and a mail with a link that completes
        /// the registration. `confirmed` needs `mail.kind`.
        registration: RegistrationKind = "registration" by REGISTRATIONS, plain().default("direct");

        /// Lifetime of an invitation.
        invitation_ttl: Duration = "invitation_ttl_days" by Span(Days, 1, 366),
            plain().default("7");
    }
}

impl Security {
    /// Whether registrations are completed by mails.
    #[must_use]
    pub fn confirms_registrations(&self) -> bool {
        self.registration == RegistrationKind::Confirmed
    }
}
