use sqlx::PgConnection;

use super::Error;

/// A table with rows of organizations, and the columns that are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    /// Separated by commas.
    pub columns: String,
}

/// The tables with an organization. Left out are the empty parents of the tables that are searched, and
/// what belongs to one database: the marks for the directory, that the organization is closed, and the
/// entries without a number, of which a drained organization has none.
const TABLES: &str = "
    SELECT c.relname::text, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname NOT IN ('changed_organizations', 'closed_organizations', 'journal_pending')
        AND NOT (c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid))
        AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.oid
            AND o.attname = 'organization_id' AND NOT o.attisdropped)
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname";

const COLUMNS: &str = "
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute
    WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''";

/// The columns of tenants that refer to users.
const AUTHORS: &str = "
    SELECT c.conrelid::regclass::text, a.attname::text
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass AND c.conparentid = 0
        AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.conrelid
            AND o.attname = 'organization_id' AND NOT o.attisdropped)
    ORDER BY 1, 2";

pub async fn of_tenants(connection: &mut PgConnection) -> Result<Vec<Table>, Error> {
    let found: Result<Vec<(String, String)>, _> =
        sqlx::query_as(TABLES).fetch_all(connection).await;
    let found = found.map_err(Error::sql("listing the tables"))?;
    Ok(found.into_iter().map(|(name, columns)| Table { name, columns }).collect())
}

pub async fn columns(connection: &mut PgConnection, table: &str) -> Result<String, Error> {
    let found = sqlx::query_scalar(COLUMNS).bind(table).fetch_one(connection).await;
    found.map_err(Error::sql(format!("listing the columns of {table}")))
}

/// A query for the users that an organization ($1, a literal) refers to.
pub async fn users_of(connection: &mut PgConnection, organization: &str) -> Result<String, Error> {
    let found: Result<Vec<(String, String)>, _> =
        sqlx::query_as(AUTHORS).fetch_all(connection).await;
    let found = found.map_err(Error::sql("listing the references to users"))?;
    let each = found.iter().map(|(table, column)| {
        format!("SELECT {column} FROM {table} WHERE organization_id = '{organization}'")
    });
    Ok(each.collect::<Vec<_>>().join(" UNION "))
}
