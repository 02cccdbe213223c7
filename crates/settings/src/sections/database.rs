use std::time::Duration;

use secrecy::SecretString;

use crate::{
    declaration::section,
    readers::{Choice, Identifier, Maybe, Number, SecretText, SecretUrl, Span, Unit::Milliseconds},
    setting::plain,
};

const SCHEMES: &[&str] = &["postgres", "postgresql"];

/// PostgreSQL's `plan_cache_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanCacheMode {
    /// The server compares costs.
    Auto,
    /// A statement is planned once.
    ForceGenericPlan,
    /// A statement is planned each time.
    ForceCustomPlan,
}

const MODES: Choice<PlanCacheMode> = Choice(&[
    ("auto", PlanCacheMode::Auto),
    ("force_generic_plan", PlanCacheMode::ForceGenericPlan),
    ("force_custom_plan", PlanCacheMode::ForceCustomPlan),
]);

section! {
    "database"
    /// PostgreSQL, the primary store.
    pub struct Database {
        /// URL of the database for API and worker. They act as the application's role, which owns no
        /// table, so that row level security applies to it. It may lead to a pooler (`PgBouncer` 1.18 or
        /// newer) in session mode. Transaction mode is not supported: it would lend the role and the
        /// timeouts of one process to another, and forget prepared statements.
        url: SecretString = "url" by SecretUrl(SCHEMES),
            plain().aliases(&["DATABASE_URL"])
                .example("postgres://plinth_app:change-me@localhost:5432/plinth");

        /// URL of the database for migrations, which run as the owner of the schema. Defaults to
        /// `url`. If that leads to a pooler, let this one lead to the server: a run holds a lock of its
        /// session.
        admin_url: Option<SecretString> = "admin_url" by Maybe(SecretUrl(SCHEMES)),
            plain().example("postgres://plinth_owner:change-me@localhost:5432/plinth");

        /// Name of the application's role. Migrations create it and grant its privileges. A second
        /// installation on one server needs another name if the role logs in.
        application_role: String = "application_role" by Identifier,
            plain().default("plinth_app");

        /// Password that migrations set for the application's role, together with the right to log
        /// in. If unset, migrations do not change either.
        application_password: Option<SecretString> = "application_password"
            by Maybe(SecretText { at_least: 8 }), plain().example("change-me");

        /// Name of the role that owns the tables, for migrations. If unset, the owner of an existing
        /// schema is kept, and a new one gets `<database>_owner`: a role belongs to the whole server,
        /// and two installations must not share an owner.
        owner_role: Option<String> = "owner_role" by Maybe(Identifier),
            plain().example("plinth_owner");

        /// Name of the role that reads every row, for backups. Migrations create it. If unset, the one
        /// of an existing schema is kept, and a new one gets `<database>_backup`.
        backup_role: Option<String> = "backup_role" by Maybe(Identifier),
            plain().example("plinth_backup");

        /// Password that migrations set for the backup role, together with the right to log in. If
        /// unset, migrations do not change either, and a backup takes the role on (`pg_dump --role`).
        backup_password: Option<SecretString> = "backup_password"
            by Maybe(SecretText { at_least: 8 }), plain().example("change-me");

        /// Maximum number of connections of a process.
        max_connections: u32 = "max_connections" by Number(1, 10_000), plain().default("16");

        /// Maximum number of connections of a process that one organization uses at once; its
        /// searches use half as many more, at least 1. If unset, half of the cores, at least 1, and
        /// at most a quarter of `max_connections`. More of them make one busy organization faster,
        /// and the others slower beside it.
        connections_per_organization: Option<u32> = "connections_per_organization"
            by Maybe(Number(1, 10_000)), plain().example("4");

        /// How long a request waits for a connection. After that it is answered 503.
        acquire_timeout: Duration = "acquire_timeout_ms" by Span(Milliseconds, 1, 600_000),
            plain().default("3000");

        /// Maximum duration of one statement.
        statement_timeout: Duration = "statement_timeout_ms" by Span(Milliseconds, 1, 3_600_000),
            plain().default("10000");

        /// How long a statement waits for a lock.
        lock_timeout: Duration = "lock_timeout_ms" by Span(Milliseconds, 1, 3_600_000),
            plain().default("3000");

        /// How long a transaction may be idle before PostgreSQL ends it. It bounds how long a process
        /// that vanished keeps its locks.
        idle_in_transaction_timeout: Duration = "idle_in_transaction_timeout_ms"
            by Span(Milliseconds, 1, 3_600_000), plain().default("10000");

        /// How PostgreSQL plans statements that are run again: `force_generic_plan` plans each once a
        /// connection, `force_custom_plan` each time, `auto` lets PostgreSQL choose by cost.
        plan_cache_mode: PlanCacheMode = "plan_cache_mode" by MODES,
            plain().default("force_generic_plan");
    }
}

impl Database {
    /// The URL for migrations: `admin_url` if set, else `url`.
    #[must_use]
    pub fn migration_url(&self) -> &SecretString {
        self.admin_url.as_ref().unwrap_or(&self.url)
    }
}
