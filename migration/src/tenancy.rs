//! The rules of tenancy as SQL, which every step uses.
//!
//! A transaction sets its organization with `set_config('app.organization_id', …, true)`. Without it
//! no row of any table is visible or writable. Operations across organizations (login, sweep) set
//! `set_config('app.scope', 'system', true)` instead and reach only [`SYSTEM_TABLES`].

/// The tables that the system scope reaches across tenants, each by its policy `<table>_system`.
///
/// To add an existing table, list it here *and* create its policy in a new step: deployed databases
/// have already applied the old step.
pub const SYSTEM_TABLES: &[&str] = &[
    "announcements",
    "api_keys",
    "audit_logs",
    "cell",
    "changed_organizations",
    "changed_users",
    "closed_organizations",
    "document_versions",
    "erasure_certificates",
    "execution_leases",
    "feature_flags",
    "idempotency_keys",
    "invitations",
    "jobs",
    "journal_pending",
    "journal_sequence",
    "journal_starts",
    "leases",
    "member_roles",
    "memberships",
    "operator_log",
    "organization_domains",
    "organization_usage",
    "organizations",
    "roles",
    "schedule_ticks",
    "secrets",
    "sessions",
    "sso_connections",
    "sso_identities",
    "support_access",
    "support_sessions",
    "uploads",
    "usage_warnings",
    "used_oidc_states",
    "user_avatars",
    "user_identities",
    "users",
    "webhook_cursors",
];

/// Those [`SYSTEM_TABLES`] that the system scope may insert into, by their first policy, and not
/// change: a failed login is written to the audit log. The sequencer's own policy lets it read the journal.
pub const SYSTEM_INSERT_ONLY: &[&str] = &["audit_logs"];

/// The tables without a tenant. All others must follow every rule for tenant tables.
pub const GLOBAL_TABLES: &[&str] = &[
    "announcements",
    "cell",
    "changed_users",
    "erasure_certificates",
    "feature_flags",
    "leases",
    "operator_log",
    "organizations",
    "schedule_ticks",
    "seaql_migrations",
    "used_oidc_states",
    "user_avatars",
    "user_identities",
    "users",
];

/// The first columns of every tenant table, with its primary key and its tie to the tenant.
pub const COLUMNS: &str = "organization_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id)";

/// The first columns of a global table that is addressed by id.
pub const GLOBAL_COLUMNS: &str = "id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1";

/// The tenant of this transaction; null, and thus equal to nothing, if none is set.
///
/// A sub-select, so that it is evaluated once a statement (`InitPlan`). Bare, it costs 0.8 µs
/// less where the planner folds it into the query's own `organization_id = $1`, and 0.35 µs more
/// *for every row* where it cannot, which is on every table with a second policy.
/// `nullif`, because the setting is `''`, not null, once a transaction that set it has ended.
pub const CURRENT_ORGANIZATION: &str =
    "(SELECT nullif(current_setting('app.organization_id', true), '')::uuid)";

/// Whether this transaction has the system scope.
///
/// The comparison is inside the sub-select on purpose: the planner estimates the selectivity of an
/// unknown boolean as one half, but of `… = 'system'` as one in two hundred, and would plan a
/// tenant's list of thousands as if it had one row.
pub const IN_SYSTEM_SCOPE: &str = "(SELECT current_setting('app.scope', true) = 'system')";

/// The privileges of the application's role on the rows of its tenant.
const READ_AND_WRITE: &str = "SELECT, INSERT, UPDATE, DELETE";

/// Generates the rules for one application role.
#[derive(Debug, Clone, Copy)]
pub struct Tenancy<'a> {
    application_role: &'a str,
}

/// The rows of a table that a tenant reaches, and the privileges on them.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'a> {
    /// The command the policy is for: `ALL` or `SELECT`.
    pub command: &'static str,
    /// The condition on a row.
    pub condition: &'a str,
    /// The privileges of the application's role, as in `GRANT`.
    pub privileges: &'static str,
}

impl<'a> Tenancy<'a> {
    /// The rules for `application_role`, which must be a plain identifier.
    #[must_use]
    pub const fn new(application_role: &'a str) -> Self {
        Self { application_role }
    }

    /// The role's name, for grants that only one step needs.
    #[must_use]
    pub const fn application_role(self) -> &'a str {
        self.application_role
    }

    /// Everything a tenant table needs: forced row level security, the policies, the grants.
    #[must_use]
    pub fn protect(self, table: &str) -> String {
        self.protect_for(table, READ_AND_WRITE)
    }

    /// As [`protect`](Self::protect), with fewer privileges: `SELECT, INSERT` for a journal.
    #[must_use]
    pub fn protect_for(self, table: &str, privileges: &'static str) -> String {
        let condition = format!("organization_id = {CURRENT_ORGANIZATION}");
        self.protect_by(table, Rule { command: "ALL", condition: &condition, privileges })
    }

    /// As [`protect`](Self::protect), for a global table that no tenant reaches.
    #[must_use]
    pub fn protect_global(self, table: &str) -> String {
        format!(
            "{force}
            {system}
            GRANT {READ_AND_WRITE} ON {table} TO {application};",
            force = force(table),
            system = system_policy(table),
            application = self.application_role,
        )
    }

    /// As [`protect`](Self::protect), for a global table with its own rule.
    #[must_use]
    pub fn protect_by(self, table: &str, rule: Rule<'_>) -> String {
        let Rule { command, condition, privileges } = rule;
        let check =
            if command == "SELECT" { String::new() } else { format!(" WITH CHECK ({condition})") };
        format!(
            "{force}
            CREATE POLICY {table}_tenant ON {table} FOR {command} USING ({condition}){check};
            {system}
            GRANT {privileges} ON {table} TO {application};",
            force = force(table),
            system = system_policy(table),
            application = self.application_role,
        )
    }
}

/// Row level security that applies to the table's owner, too. Without a policy, no row is visible.
#[must_use]
pub fn force(table: &str) -> String {
    format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    )
}

/// Runs `sql` without row level security for the owner of `tables`, and then forces it again.
///
/// For a step on filled tables that must see the rows of all tenants: one that fills a column, or
/// adds a foreign key, whose check would find no parent and fail. No other session reaches the
/// tables before the step's transaction ends.
#[must_use]
pub fn unforced(tables: &[&str], sql: &str) -> String {
    let each = |force| {
        let alter = |table| format!("ALTER TABLE {table} {force} ROW LEVEL SECURITY;");
        tables.iter().map(alter).collect::<Vec<_>>().join("\n")
    };
    format!("{}\n{sql};\n{}", each("NO FORCE"), each("FORCE"))
}

/// The policy that lets the system scope reach `table`; empty when it is not listed.
fn system_policy(table: &str) -> String {
    if SYSTEM_INSERT_ONLY.contains(&table) {
        format!(
            "CREATE POLICY {table}_system ON {table} FOR INSERT WITH CHECK ({IN_SYSTEM_SCOPE});"
        )
    } else if SYSTEM_TABLES.contains(&table) {
        format!(
            "CREATE POLICY {table}_system ON {table} FOR ALL
                USING ({IN_SYSTEM_SCOPE}) WITH CHECK ({IN_SYSTEM_SCOPE});"
        )
    } else {
        String::new()
    }
}
