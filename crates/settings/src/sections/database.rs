use std::time::Duration;

use secrecy::SecretString;

use crate::{
    declaration::section,
    readers::{Identifier, Maybe, Number, SecretText, SecretUrl, Span, Unit::Milliseconds},
    setting::plain,
};

const SCHEMES: &[&str] = &["postgres", "postgresql"];

section! {
    "database"
    /// PostgreSQL, the one store of truth.
    pub struct Database {
        /// Where the API connects, as the application's role: one that owns nothing, so that
        /// row level security binds it.
        url: SecretString = "url" by SecretUrl(SCHEMES),
            plain().aliases(&["DATABASE_URL"])
                .example("postgres://plinth_app:change-me@localhost:5432/plinth");

        /// Where migrations connect, as the owner of the schema. Without it, `url`.
        admin_url: Option<SecretString> = "admin_url" by Maybe(SecretUrl(SCHEMES)),
            plain().example("postgres://plinth_owner:change-me@localhost:5432/plinth");

        /// The application's role, which migrations create and grant to.
        application_role: String = "application_role" by Identifier,
            plain().default("plinth_app");

        /// Password that migrations give to the application's role, with the right to log in.
        /// Without it the role is left as it is.
        application_password: Option<SecretString> = "application_password"
            by Maybe(SecretText { at_least: 8 }), plain().example("change-me");

        /// Connections a process holds at most.
        max_connections: u32 = "max_connections" by Number(1, 10_000), plain().default("16");

        /// How long a request may wait for a connection; then it is answered 503.
        acquire_timeout: Duration = "acquire_timeout_ms" by Span(Milliseconds, 1, 600_000),
            plain().default("3000");

        /// How long one statement may run.
        statement_timeout: Duration = "statement_timeout_ms" by Span(Milliseconds, 1, 3_600_000),
            plain().default("10000");

        /// How long a statement may wait for a lock.
        lock_timeout: Duration = "lock_timeout_ms" by Span(Milliseconds, 1, 3_600_000),
            plain().default("3000");

        /// How long a transaction may stand idle before PostgreSQL ends it.
        idle_in_transaction_timeout: Duration = "idle_in_transaction_timeout_ms"
            by Span(Milliseconds, 1, 3_600_000), plain().default("30000");
    }
}

impl Database {
    /// Where migrations connect: `admin_url`, else `url`.
    #[must_use]
    pub fn migration_url(&self) -> &SecretString {
        self.admin_url.as_ref().unwrap_or(&self.url)
    }
}
