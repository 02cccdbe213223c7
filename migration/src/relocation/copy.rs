use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Executor};
use uuid::Uuid;

use super::{
    Error, has_code, remove,
    session::Session,
    tables::{self, Table},
};

/// A statement violates a unique index.
const UNIQUE: &str = "23505";

const MARK: &str = "INSERT INTO changed_users (user_id) SELECT id FROM moving
    ON CONFLICT (user_id) DO UPDATE SET revision = changed_users.revision + 1";

/// Copies the rows of an organization, as they are at one moment, with the users that it refers to. What
/// the other database has of the organization is replaced. Returns the number of rows.
///
/// # Errors
/// When the schemas differ, or a statement fails; then the other database is as it was.
pub async fn copy(from: &str, to: &str, organization: Uuid) -> Result<u64, Error> {
    let mut source = Session::reading(from, organization).await?;
    let mut target = Session::writing(to, organization).await?;
    let found = source.tables().await?;
    if found != target.tables().await? {
        return Err(Error::Schemas);
    }
    if target.status(organization).await?.as_deref() == Some("active") {
        return Err(Error::Active);
    }
    remove::rows(&mut target, &found, organization).await?;
    users(&mut source, &mut target, organization).await?;
    let columns = tables::columns(source.connection(), "organizations").await?;
    let itself = Table { name: "organizations".to_owned(), columns };
    let mut rows = table(&mut source, &mut target, &itself, "id", organization).await?;
    for each in &found {
        rows += table(&mut source, &mut target, each, "organization_id", organization).await?;
    }
    target.commit().await?;
    Ok(rows)
}

async fn table(
    source: &mut Session,
    target: &mut Session,
    Table { name, columns }: &Table,
    key: &str,
    organization: Uuid,
) -> Result<u64, Error> {
    let select = format!("SELECT {columns} FROM {name} WHERE {key} = '{organization}'");
    stage(source, target, name, columns, &select).await?;
    // COPY itself does not write to a table with row level security.
    let insert = format!("INSERT INTO {name} ({columns}) SELECT {columns} FROM moving");
    target.run(&format!("writing {name}"), insert).await
}

/// An account that is there already stays, unless it is older.
async fn users(
    source: &mut Session,
    target: &mut Session,
    organization: Uuid,
) -> Result<(), Error> {
    source.reach_accounts(true).await?;
    target.reach_accounts(true).await?;
    let columns = tables::columns(source.connection(), "users").await?;
    let ids = tables::users_of(source.connection(), &organization.to_string()).await?;
    let select = format!("SELECT {columns} FROM users WHERE id IN ({ids})");
    stage(source, target, "users", &columns, &select).await?;
    let replaced = columns.split(", ").map(|column| format!("{column} = excluded.{column}"));
    let replaced = replaced.collect::<Vec<_>>().join(", ");
    let insert = format!(
        "INSERT INTO users ({columns}) SELECT {columns} FROM moving
         ON CONFLICT (id) DO UPDATE SET {replaced} WHERE users.version < excluded.version"
    );
    match target.run("writing users", insert).await {
        Err(Error::Sql { source, .. }) if has_code(&source, UNIQUE) => {
            return Err(Error::Address(source));
        }
        written => written?,
    };
    // The other cell tells them to the directory, and hears what is newer there.
    target.run("marking users", MARK.to_owned()).await?;
    source.reach_accounts(false).await?;
    target.reach_accounts(false).await
}

/// Fills the temporary table `moving` of the target with what a query of the source selects.
async fn stage(
    source: &mut Session,
    target: &mut Session,
    name: &str,
    columns: &str,
    select: &str,
) -> Result<(), Error> {
    let doing = format!("copying {name}");
    let create = format!(
        "DROP TABLE IF EXISTS moving;
         CREATE TEMP TABLE moving ON COMMIT DROP AS SELECT {columns} FROM {name} WITH NO DATA"
    );
    target.connection().execute(AssertSqlSafe(create)).await.map_err(Error::sql(&doing))?;
    let copied = async {
        let out = format!("COPY ({select}) TO STDOUT (FORMAT binary)");
        let mut rows = source.connection().copy_out_raw(&out).await?;
        let copy = format!("COPY moving ({columns}) FROM STDIN (FORMAT binary)");
        let mut sink = target.connection().copy_in_raw(&copy).await?;
        while let Some(bytes) = rows.try_next().await? {
            sink.send(bytes).await?;
        }
        sink.finish().await
    };
    copied.await.map(drop).map_err(Error::sql(&doing))
}
