//! Checks PostgreSQL's catalogue and lists every violation of a rule of tenancy.

use std::fmt;

use plinth_migration::{GLOBAL_TABLES, SYSTEM_TABLES};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{rules, session::run};

/// A violation of a rule in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's name in [`rules::RULES`].
    pub rule: &'static str,
    /// The table, column or constraint, and its actual definition.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.what)
    }
}

/// The temporary views for the rules: the tables of `public` that belong to no extension, with the
/// lists of global and system tables, those that a search reads, and their constraints with column names.
fn views() -> String {
    let list = |names: &[&str]| {
        names.iter().map(|name| format!("('{name}')")).collect::<Vec<_>>().join(", ")
    };
    format!(
        "CREATE TEMP VIEW globals AS SELECT * FROM (VALUES {globals}) v (name);
        CREATE TEMP VIEW systems AS SELECT * FROM (VALUES {systems}) v (name);
        CREATE TEMP VIEW ours AS
            SELECT c.oid, c.relname::text AS name, c.relkind, c.relispartition AS is_partition,
                c.relrowsecurity, c.relforcerowsecurity, c.relowner, c.relacl, c.reloptions
            FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('i', 'I', 'c', 't')
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');
        CREATE TEMP VIEW tables AS SELECT * FROM ours WHERE relkind IN ('r', 'p');
        CREATE TEMP VIEW founds AS
            SELECT *, substr(name, 7) AS child FROM tables WHERE name LIKE 'found\\_%';
        CREATE TEMP VIEW tenants AS
            SELECT * FROM tables WHERE NOT is_partition AND name NOT IN (SELECT name FROM globals)
                AND name NOT IN (SELECT name FROM founds);
        CREATE TEMP VIEW constraints AS
            SELECT c.conrelid, c.confrelid, c.contype, c.conname, c.conkey, c.confdeltype,
                c.convalidated,
                (SELECT array_agg(a.attname::text ORDER BY k.n)
                    FROM unnest(c.conkey) WITH ORDINALITY k (number, n)
                    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS columns,
                (SELECT array_agg(a.attname::text ORDER BY k.n)
                    FROM unnest(c.confkey) WITH ORDINALITY k (number, n)
                    JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number) AS targets
            FROM pg_constraint c;",
        globals = list(GLOBAL_TABLES),
        systems = list(SYSTEM_TABLES),
    )
}

/// Prepares `connection`, which must be the admin's, for [`walk`].
pub async fn prepare(connection: &mut PgConnection) {
    run(connection, &views()).await.unwrap();
}

/// All violations in the database.
pub async fn walk(connection: &mut PgConnection) -> Vec<Violation> {
    let mut violations = Vec::new();
    for &(rule, sql) in rules::RULES {
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut *connection)
            .await
            .unwrap_or_else(|error| panic!("the rule {rule:?} cannot be checked: {error}"));
        violations.extend(found.into_iter().map(|what| Violation { rule, what }));
    }
    violations
}
