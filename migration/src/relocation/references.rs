use std::collections::BTreeSet;

use sqlx::Row as _;
use uuid::Uuid;

use super::{Error, session::Session};

/// The tables whose rows are in an export, and not imported: they need secrets that no export has, would
/// run or be mailed again, or have to be proven anew.
pub const NOT_IMPORTED: &[&str] = &[
    "api_keys",
    "invitations",
    "jobs",
    "notifications",
    "organization_domains",
    "sso_connections",
    "sso_identities",
    "webhook_attempts",
    "webhook_deliveries",
    "webhooks",
];

/// Rows that were left out, because they refer to what is not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Their table.
    pub table: String,
    /// Their number.
    pub rows: u64,
}

/// The foreign keys of tables of tenants, with their columns on both sides.
const KEYS: &str = "
    SELECT c.conname::text AS name, c.conrelid::regclass::text AS child,
        c.confrelid::regclass::text AS parent,
        (SELECT array_agg(quote_ident(a.attname) ORDER BY k.place)
            FROM unnest(c.conkey) WITH ORDINALITY k (attnum, place)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns,
        (SELECT array_agg(quote_ident(a.attname) ORDER BY k.place)
            FROM unnest(c.confkey) WITH ORDINALITY k (attnum, place)
            JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS targets
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conparentid = 0 AND c.connamespace = 'public'::regnamespace
        AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.conrelid
            AND o.attname = 'organization_id' AND NOT o.attisdropped)
    ORDER BY 1";

/// Flags belong to an installation.
const OF_INSTALLATION: &str = "feature_flags";

struct Key {
    name: String,
    child: String,
    parent: String,
    /// The statement that removes the rows without a parent.
    remove: String,
}

/// Removes the rows of an organization that refer to what is not imported, and then those that refer to
/// them.
///
/// # Errors
/// [`Error::Reference`] for any other reference to a row that is not there.
pub async fn check(session: &mut Session, organization: Uuid) -> Result<Vec<LeftOut>, Error> {
    let keys = keys(session, organization).await?;
    let of_others = NOT_IMPORTED.iter().copied().chain([OF_INSTALLATION]);
    let mut lacking: BTreeSet<String> = of_others.map(str::to_owned).collect();
    let mut left_out: Vec<LeftOut> = Vec::new();
    loop {
        let mut removed = 0;
        for key in &keys {
            let rows = session.run(&format!("checking {}", key.name), key.remove.clone()).await?;
            if rows == 0 {
                continue;
            }
            if !lacking.contains(&key.parent) {
                return Err(Error::Reference { name: key.name.clone(), rows });
            }
            removed += rows;
            lacking.insert(key.child.clone());
            match left_out.iter_mut().find(|known| known.table == key.child) {
                Some(known) => known.rows += rows,
                None => left_out.push(LeftOut { table: key.child.clone(), rows }),
            }
        }
        if removed == 0 {
            return Ok(left_out);
        }
    }
}

async fn keys(session: &mut Session, organization: Uuid) -> Result<Vec<Key>, Error> {
    let doing = || Error::sql("listing the references");
    let rows = sqlx::query(KEYS).fetch_all(session.connection()).await.map_err(doing())?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let text = |name| row.try_get::<String, _>(name).map_err(doing());
        let list = |name| row.try_get::<Vec<String>, _>(name).map_err(doing());
        let (name, child, parent) = (text("name")?, text("child")?, text("parent")?);
        let (columns, targets) = (list("columns")?, list("targets")?);
        let filled: Vec<_> = columns.iter().map(|one| format!("c.{one} IS NOT NULL")).collect();
        let same = columns.iter().zip(&targets).map(|(one, other)| format!("p.{other} = c.{one}"));
        let same = same.collect::<Vec<_>>().join(" AND ");
        let remove = format!(
            "DELETE FROM {child} c WHERE c.organization_id = '{organization}' AND {}
             AND NOT EXISTS (SELECT FROM {parent} p WHERE {same})",
            filled.join(" AND "),
        );
        keys.push(Key { name, child, parent, remove });
    }
    Ok(keys)
}
