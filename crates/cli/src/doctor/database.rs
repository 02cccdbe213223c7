//! The database: reachable, new enough, migrated, safe, with enough connections.

mod backup;
mod catalogue;
mod replicas;
mod session;

use plinth_local_servers::Binaries;
use plinth_ports::Sequencer;
use plinth_settings::{ExposeSecret, Origin, Settings, Sources, Url};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use super::{TIMEOUT, report::Report};
use crate::{
    failure::{Result, chain},
    installation::{self, InstallationConfig, private_postgres},
    migrate,
};

const TRY_DEV: &str = "`./justw dev` fetches and starts one; or set DATABASE_URL";

/// Checks the configured database, or the private one.
pub(super) async fn check(config: InstallationConfig, sources: &Sources, report: &mut Report) {
    Report::section("Database");
    if config.is_private() {
        match private_postgres::exists() {
            Ok(true) => {}
            Ok(false) => return programs(report),
            Err(error) => return report.bad("private PostgreSQL", &chain(&error), TRY_DEV),
        }
    }
    let remedy = match sources.origin(installation::database_url()) {
        Origin::Unset => TRY_DEV.to_owned(),
        origin => format!("start the server, or correct the URL in {origin}"),
    };
    match config.open().await {
        Ok(installation) => {
            inspect(&installation.settings, &remedy, report).await;
            if let Err(error) = installation.close().await {
                report.bad("private PostgreSQL", &chain(&*error), TRY_DEV);
            }
        }
        Err(error) => report.bad("private PostgreSQL", &chain(&*error), TRY_DEV),
    }
}

/// Before the first start there is no cluster, so only the programs are checked.
fn programs(report: &mut Report) {
    match Binaries::find() {
        Ok(found) => report.good(
            "private PostgreSQL",
            &format!("made by the first `plinth dev`, with {}", found.directory().display()),
        ),
        Err(error) => report.bad("private PostgreSQL", &chain(&error), TRY_DEV),
    }
}

async fn inspect(settings: &Settings, remedy: &str, report: &mut Report) {
    let url = settings.database.url.expose_secret();
    let connected = match timeout(TIMEOUT, connect(url)).await {
        Ok(connected) => connected.map_err(|error| chain(&error)),
        Err(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
    };
    let mut connection = match connected {
        Ok(connection) => connection,
        Err(why) => {
            report.bad("connection", &format!("{}: {why}", shown(url)), remedy);
            return report.unknown("schema, role", "without a connection");
        }
    };
    report.good("connection", &shown(url));
    let pool = settings.database.max_connections;
    if let Err(error) = catalogue::check(&mut connection, pool, report).await {
        report.bad("catalogue", &chain(&error), "let the login read the system's catalogue");
    }
    drop(connection.close().await);
    // Before the others, which fail without a word of it behind a wrong pooler.
    session::check(settings, report).await;
    schema(settings, report).await;
    backup::check(settings, report).await;
    match role(settings).await {
        Ok(Running { alone, quarantined }) => {
            let role = &settings.database.application_role;
            report.good("role", &format!("row level security binds {role}"));
            replicas::check(settings, alone, report).await;
            audit_log(quarantined, report);
        }
        Err(error) => report.bad(
            "role",
            &chain(&*error),
            "run `plinth migrate up`, which makes the role, and log in as one that may take it on",
        ),
    }
}

/// Connects without the parameter that poolers refuse.
async fn connect(url: &str) -> sqlx::Result<PgConnection> {
    url.parse::<PgConnectOptions>()?.extra_float_digits(None).connect().await
}

async fn schema(settings: &Settings, report: &mut Report) {
    match migrate::pending(settings).await {
        Ok(0) => report.good("schema", "up to date"),
        Ok(pending) => {
            report.bad(
                "schema",
                &format!("{pending} steps are missing"),
                "run `plinth migrate up`",
            );
        }
        Err(error) => report.bad(
            "schema",
            &chain(&*error),
            "check PLINTH_DATABASE__ADMIN_URL, or use the build that the schema belongs to",
        ),
    }
}

/// Entries that were set aside stop no other, but an operator has to look at them.
fn audit_log(quarantined: u64, report: &mut Report) {
    match quarantined {
        0 => report.good("audit log", "every entry can be numbered"),
        some => report.bad(
            "audit log",
            &format!("{some} entries cannot be numbered and were set aside"),
            "find them by `quarantined_at` and `defect` in journal_pending, repair them, and clear \
             both columns",
        ),
    }
}

/// What the database knows of the processes on it.
struct Running {
    /// The processes without Redis.
    alone: u64,
    /// The entries of the audit log that cannot be numbered.
    quarantined: u64,
}

/// Connects as the API does, and counts.
async fn role(settings: &Settings) -> Result<Running> {
    let mut settings = settings.clone();
    settings.telemetry.otlp_endpoint = None;
    settings.telemetry.prometheus_address = None;
    settings.redis.url = None;
    let store = plinth_bootstrap::database(&settings)?;
    let verified = store.verify_role().await;
    let alone = store.count_single().await;
    let quarantined = store.quarantined().await;
    store.close().await;
    verified?;
    Ok(Running { alone: alone?, quarantined: quarantined? })
}

/// The server and database of a URL, without the login.
fn shown(url: &str) -> String {
    let parts = Url::parse(url).ok();
    let host = parts.as_ref().and_then(|url| Some((url.host_str()?, url.port().unwrap_or(5432))));
    match (host, &parts) {
        (Some((host, port)), Some(url)) => format!("{host}:{port}{}", url.path()),
        _ => "the database".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_login() {
        assert_eq!(shown("postgres://ada:secret@db.example/plinth"), "db.example:5432/plinth");
        assert_eq!(shown("postgres://ada:secret@[::1]:6543/p?sslmode=require"), "[::1]:6543/p");
    }
}
