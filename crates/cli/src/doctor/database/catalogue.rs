//! Version, extensions and limits of the server.

use sqlx::PgConnection;

use crate::doctor::report::Report;

/// Older versions lack views that check row level security as their caller (`security_invoker`).
const OLDEST: i32 = 15;
const EXTENSIONS: &[&str] = &["btree_gin", "pg_trgm", VECTOR];

const VECTOR: &str = "vector";
/// The first version of pgvector with `halfvec`.
const OLDEST_VECTOR: (u32, u32) = (0, 7);

/// Checks version, extensions, and that the server allows a pool of `pool` connections.
pub(super) async fn check(
    connection: &mut PgConnection,
    pool: u32,
    report: &mut Report,
) -> sqlx::Result<()> {
    version(connection, report).await?;
    extensions(connection, report).await?;
    room(connection, pool, report).await
}

async fn version(connection: &mut PgConnection, report: &mut Report) -> sqlx::Result<()> {
    let (name, number): (String, i32) = sqlx::query_as(
        "SELECT current_setting('server_version'), current_setting('server_version_num')::int",
    )
    .fetch_one(connection)
    .await?;
    if number / 10_000 >= OLDEST {
        report.good("version", &format!("PostgreSQL {name}"));
    } else {
        let problem = format!("PostgreSQL {name} is too old");
        report.bad("version", &problem, &format!("use PostgreSQL {OLDEST} or newer"));
    }
    Ok(())
}

async fn extensions(connection: &mut PgConnection, report: &mut Report) -> sqlx::Result<()> {
    let available: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT name::text, installed_version FROM pg_available_extensions WHERE name = ANY($1)",
    )
    .bind(EXTENSIONS)
    .fetch_all(connection)
    .await?;
    for name in EXTENSIONS {
        match available.iter().find(|(available, _)| available == name) {
            Some((_, Some(version))) if *name == VECTOR && is_old(version) => {
                let (major, minor) = OLDEST_VECTOR;
                let remedy = format!(
                    "install pgvector {major}.{minor} or newer, and run `ALTER EXTENSION vector UPDATE`"
                );
                report.bad(name, &format!("{version} is too old"), &remedy);
            }
            Some((_, Some(version))) => report.good(name, version),
            Some((_, None)) => {
                let remedy = "run `plinth migrate up` with a login that may create extensions";
                report.bad(name, "is installed on the server, but not in this database", remedy);
            }
            None => {
                let remedy = "install pgvector and PostgreSQL's contrib package on the server";
                report.bad(name, "is not installed on the server", remedy);
            }
        }
    }
    Ok(())
}

/// Whether a version such as `0.6.2` is older than [`OLDEST_VECTOR`].
fn is_old(version: &str) -> bool {
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) < OLDEST_VECTOR
}

/// Checks that the server accepts as many connections as one process opens at most.
async fn room(connection: &mut PgConnection, pool: u32, report: &mut Report) -> sqlx::Result<()> {
    let taken: i32 = sqlx::query_scalar(
        "SELECT current_setting('max_connections')::int
            - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true)::int, 0)",
    )
    .fetch_one(connection)
    .await?;
    let taken = u32::try_from(taken).unwrap_or(0);
    if pool <= taken {
        let replicas = taken / pool.max(1);
        let finding = format!("{pool} of {taken} a process, so {replicas} processes at most");
        report.good("connections", &finding);
    } else {
        report.bad(
            "connections",
            &format!("a process may want {pool}, and the server takes {taken}"),
            "lower PLINTH_DATABASE__MAX_CONNECTIONS, or raise the server's max_connections",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_compared_by_its_numbers() {
        assert!(["0.6.2", "0.4", "0"].map(is_old).iter().all(|old| *old));
        assert!(!["0.7.0", "0.10.1", "1.0"].map(is_old).iter().any(|old| *old));
    }
}
