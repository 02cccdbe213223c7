use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    Error, has_code,
    session::Session,
    tables::{self, Table},
};

/// A row is still referred to.
const REFERRED: &str = "23503";

/// Removes every row of an organization, and then its users to which no other organization refers.
/// Returns the number of rows of the organization.
///
/// # Errors
/// [`Error::Active`] when it has access here. When a statement fails, no row of the organization is
/// removed, or all are.
pub async fn remove(admin_url: &str, organization: Uuid) -> Result<u64, Error> {
    let mut session = Session::writing(admin_url, organization).await?;
    if session.status(organization).await?.as_deref() == Some("active") {
        return Err(Error::Active);
    }
    let ids = users(&mut session, organization).await?;
    let tables = session.tables().await?;
    let removed = rows(&mut session, &tables, organization).await?;
    session.commit().await?;
    for user in ids {
        forget(admin_url, organization, user).await?;
    }
    Ok(removed)
}

/// The users that an organization refers to.
pub async fn users(session: &mut Session, organization: Uuid) -> Result<Vec<Uuid>, Error> {
    let ids = tables::users_of(session.connection(), &organization.to_string()).await?;
    let ids = sqlx::query_scalar(AssertSqlSafe(ids)).fetch_all(session.connection()).await;
    ids.map_err(Error::sql("reading users"))
}

/// Removes the rows of an organization. Foreign keys do not hold in the session.
pub async fn rows(
    session: &mut Session,
    tables: &[Table],
    organization: Uuid,
) -> Result<u64, Error> {
    let mut removed = 0;
    let marks = ["changed_organizations", "closed_organizations", "journal_pending"];
    let names = tables.iter().map(|table| table.name.as_str()).chain(marks);
    let keys = names.map(|name| (name, "organization_id")).chain([("organizations", "id")]);
    for (name, key) in keys {
        let delete = format!("DELETE FROM {name} WHERE {key} = '{organization}'");
        removed += session.run(&format!("removing from {name}"), delete).await?;
    }
    Ok(removed)
}

/// Removes a user without a membership, unless a row of any organization refers to them.
pub async fn forget(admin_url: &str, organization: Uuid, user: Uuid) -> Result<(), Error> {
    let mut session = Session::checked(admin_url, organization).await?;
    session.reach_accounts(true).await?;
    // No membership can be added from here on.
    let lock = format!("SELECT FROM users WHERE id = '{user}' FOR UPDATE");
    session.run("locking a user", lock).await?;
    let delete = format!(
        "DELETE FROM users u WHERE id = '{user}'
            AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id);
         DELETE FROM changed_users c WHERE user_id = '{user}'
            AND NOT EXISTS (SELECT FROM users u WHERE u.id = c.user_id)"
    );
    match session.run("removing a user", delete).await {
        Err(Error::Sql { source, .. }) if has_code(&source, REFERRED) => Ok(()),
        removed => {
            removed?;
            session.commit().await
        }
    }
}
