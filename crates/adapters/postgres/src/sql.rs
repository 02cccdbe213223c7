//! A statement with its parameters.

use std::sync::OnceLock;

use plinth_domain::OrganizationId;
use sea_orm::{DbBackend, StatementBuilder, Value, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, query::Query};
use uuid::Uuid;

/// A text with parameters, and their values.
#[derive(Debug, Clone)]
pub struct Sql {
    text: SqlStr,
    values: Values,
}

/// What a unit of work writes by one statement: at most one change, and new rows, which are only
/// stored where it has changed one row.
#[derive(Debug, Clone, Default)]
pub struct Writes {
    pub change: Option<Sql>,
    pub rows: Vec<Sql>,
}

impl Writes {
    /// The first statement.
    pub fn first(&self) -> Option<&Sql> {
        self.statements().next()
    }

    /// What a statement with these writes is named after: its change, or its first row.
    pub fn name(&self) -> &str {
        let text = self.first().map_or("", Sql::text);
        text.split_once("changed# AS (").map_or(text, |(_, change)| change)
    }

    /// The identity of the row that the change is about, which is its second value.
    pub fn changed(&self) -> Option<Uuid> {
        match self.change.as_ref()?.values.0.get(1)? {
            Value::Uuid(id) => *id,
            _ => None,
        }
    }

    /// Whether both have the same texts.
    pub fn is_like(&self, other: &Self) -> bool {
        let texts = |writes: &Self| (writes.change.is_some(), writes.rows.len());
        let pairs = || self.statements().zip(other.statements());
        texts(self) == texts(other) && pairs().all(|(one, other)| one.text() == other.text())
    }

    /// The number of their values.
    pub fn values(&self) -> usize {
        self.statements().map(|sql| sql.values.0.len()).sum()
    }

    fn statements(&self) -> impl Iterator<Item = &Sql> {
        self.change.iter().chain(&self.rows)
    }
}

impl Sql {
    /// A hand-written text.
    pub fn fixed(text: &'static str, values: Vec<Value>) -> Self {
        Self { text: text.into_sql_str(), values: Values(values) }
    }

    /// A text that is built of names in the catalogue.
    pub fn built(text: String, values: Vec<Value>) -> Self {
        Self { text: AssertSqlSafe(text).into_sql_str(), values: Values(values) }
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

    /// Units of one organization as one statement: the rows of each, by an `INSERT` that selects its
    /// values, after its change. All units have the same texts, and rows of the same text are
    /// inserted together. It answers the server's time, in microseconds since 1970, and then for each
    /// unit whether all of it was written: nothing was where its change found no row.
    ///
    /// The rows are selected from `scope`, and the change has the condition `(SELECT is_set FROM
    /// scope)`, so that the settings are made before the policies read them: the server asks for a
    /// condition without columns before it reads a table. The settings end with the statement's own
    /// transaction.
    pub fn together(units: Vec<Writes>, organization: OrganizationId) -> Self {
        let mut text = "WITH scope AS MATERIALIZED (SELECT \
            set_config('app.organization_id', $1, true) IS NOT NULL \
            AND set_config('app.scope', '', true) IS NOT NULL AS is_set)"
            .to_owned();
        let mut values = vec![organization.to_string().into()];
        let mut inserts: Vec<String> = Vec::new();
        let mut written = String::new();
        for (number, Writes { change, rows }) in units.into_iter().enumerate() {
            let mut from = " FROM scope".to_owned();
            if let Some(change) = change {
                let numbered = change.text().replace('#', &number.to_string());
                text.extend([", ", &renumbered(&numbered, values.len())]);
                values.extend(change.values.0);
                from = format!(" FROM scope CROSS JOIN changed{number}");
                written.extend([", EXISTS (SELECT FROM changed", &number.to_string(), ")"]);
            } else {
                written.push_str(", true");
            }
            for (place, row) in rows.into_iter().enumerate() {
                let insert = renumbered(row.text(), values.len());
                values.extend(row.values.0);
                match (inserts.get_mut(place), insert.split_once(" SELECT ")) {
                    (Some(first), Some((_, row))) => {
                        first.extend([" UNION ALL SELECT ", row, &from]);
                    }
                    _ => inserts.push(insert + &from),
                }
            }
        }
        for (place, insert) in inserts.iter().enumerate() {
            text.extend([", row_", &place.to_string(), " AS (", insert, ")"]);
        }
        text.extend([" SELECT (extract(epoch FROM now()) * 1e6)::bigint", &written]);
        Self { text: AssertSqlSafe(text).into_sql_str(), values: Values(values) }
    }

    /// A change as a statement of its own, in a transaction that has the settings. It answers the
    /// changed row.
    pub fn alone(self) -> Self {
        let text = self.text.as_str().replace('#', "0");
        let text = format!(
            "WITH scope AS MATERIALIZED (SELECT true AS is_set), {text} SELECT true FROM changed0"
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
