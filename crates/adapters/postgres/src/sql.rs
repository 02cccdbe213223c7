//! A statement with its parameters.

use std::sync::OnceLock;

use plinth_domain::OrganizationId;
use sea_orm::{DbBackend, StatementBuilder, Value, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, query::Query};

/// A text with parameters, and their values.
#[derive(Debug, Clone)]
pub struct Sql {
    text: SqlStr,
    values: Values,
}

impl Sql {
    /// A hand-written text.
    pub fn fixed(text: &'static str, values: Vec<Value>) -> Self {
        Self { text: text.into_sql_str(), values: Values(values) }
    }

    /// The text, without values.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The same question about one organization's rows, or in the system scope about those of all,
    /// with the settings that row level security reads in the same message.
    ///
    /// The inner question depends on the row of `scope` (`LATERAL`), and `OFFSET 0` hinders the
    /// planner from dissolving it: so the settings are made before the policies read them. If they
    /// were not, the policies would see no organization, and no row would be found. The settings end
    /// with the statement's own transaction.
    pub fn within(self, organization: Option<OrganizationId>) -> Self {
        let (text, mut values) = (self.text.as_str(), self.values.0);
        let (organization, scope) = match organization {
            Some(organization) => (organization.to_string(), ""),
            None => (String::new(), "system"),
        };
        values.push(organization.into());
        let last = values.len();
        let text = format!(
            "SELECT found.* FROM (SELECT set_config('app.organization_id', ${last}, true) AS id, \
             set_config('app.scope', '{scope}', true)) AS scope CROSS JOIN LATERAL (SELECT asked.* \
             FROM ({text}) AS asked WHERE scope.id IS NOT NULL OFFSET 0) AS found"
        );
        Self { text: AssertSqlSafe(text).into_sql_str(), values: Values(values) }
    }

    /// Rows of one organization as one statement, each by an `INSERT` that selects its values, after a
    /// change. It answers the server's time, in microseconds since 1970, and whether all was written:
    /// nothing was where the change found no row.
    ///
    /// The rows are selected from `scope`, and the change has the condition `(SELECT is_set FROM
    /// scope)`, so that the settings are made before the policies read them: the server asks for a
    /// condition without columns before it reads a table. The settings end with the statement's own
    /// transaction.
    pub fn together(change: Option<Self>, rows: Vec<Self>, organization: OrganizationId) -> Self {
        let mut text = "WITH scope AS MATERIALIZED (SELECT \
            set_config('app.organization_id', $1, true) IS NOT NULL \
            AND set_config('app.scope', '', true) IS NOT NULL AS is_set)"
            .to_owned();
        let mut values = vec![organization.to_string().into()];
        let (mut from, mut is_written) = (" FROM scope)", "true");
        if let Some(change) = change {
            text.extend([", ", &renumbered(change.text(), values.len())]);
            values.extend(change.values.0);
            (from, is_written) =
                (" FROM scope CROSS JOIN changed)", "EXISTS (SELECT FROM changed)");
        }
        for (number, row) in rows.into_iter().enumerate() {
            let insert = renumbered(row.text(), values.len());
            text.extend([", row_", &number.to_string(), " AS (", &insert, from]);
            values.extend(row.values.0);
        }
        text.extend([" SELECT (extract(epoch FROM now()) * 1e6)::bigint, ", is_written]);
        Self { text: AssertSqlSafe(text).into_sql_str(), values: Values(values) }
    }

    /// A change as a statement of its own, in a transaction that has the settings. It answers the
    /// changed row.
    pub fn alone(self) -> Self {
        let text = self.text.as_str();
        let text = format!(
            "WITH scope AS MATERIALIZED (SELECT true AS is_set), {text} SELECT true FROM changed"
        );
        Self { text: AssertSqlSafe(text).into_sql_str(), values: self.values }
    }

    pub fn into_query(self) -> Query<'static, Postgres, SqlxValues> {
        sqlx::query_with(self.text, SqlxValues(self.values))
    }
}

impl<S: StatementBuilder> From<&S> for Sql {
    /// The statement that sea-orm builds. It puts values into parameters only.
    fn from(statement: &S) -> Self {
        let statement = statement.build(&DbBackend::Postgres);
        Self {
            text: AssertSqlSafe(statement.sql).into_sql_str(),
            values: statement.values.unwrap_or(Values(Vec::new())),
        }
    }
}

/// The same text, whose parameters come after `before` others. A text of sea-orm has `$` in
/// parameters only.
fn renumbered(text: &str, before: usize) -> String {
    let mut parts = text.split('$');
    let mut renumbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: usize = part[..part.len() - rest.len()].parse().unwrap_or_default();
        renumbered.extend(["$", &(number + before).to_string(), rest]);
    }
    renumbered
}

/// The text of a statement that never varies. sea-orm builds it once, because
/// building is most of the cost of a statement.
#[derive(Debug, Default)]
pub struct Text(OnceLock<String>);

impl Text {
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The text with these values; `build` creates the text at the first call.
    pub fn with<S: StatementBuilder>(
        &'static self,
        values: Vec<Value>,
        build: impl FnOnce() -> S,
    ) -> Sql {
        Sql::fixed(self.0.get_or_init(|| build().build(&DbBackend::Postgres).sql), values)
    }
}
