//! What a failure of the database means, and what to do about it.

use std::error::Error;

use plinth_settings::{ExposeSecret, Settings, Sources, reference};

use crate::host::{host, parse};

/// The error, a sentence that says what is wrong, and one that says what to do; `None` for an error that does
/// not come from the connection to the database, or says both itself.
pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<String> {
    let failure = find::<sqlx::Error>(error)?;
    let sources = Sources::process();
    let settings = Settings::load(&sources).ok()?;
    let database = &settings.database;
    let is_migration = find::<plinth_migration::Error>(error).is_some();
    let (url, name) = match &database.admin_url {
        Some(url) if is_migration => (url, "database.admin_url"),
        _ => (&database.url, "database.url"),
    };
    let setting = reference::all().find(|setting| setting.name() == name)?;
    let address = Address::of(url.expose_secret(), sources.origin(setting).to_string());
    let (what, remedy) = address.explain(failure, is_migration)?;
    Some(format!("{error}\n  because: {what}\n  -> {remedy}"))
}

/// The first error of a kind in a chain.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// Where a URL leads, without its password.
struct Address {
    server: String,
    user: String,
    database: String,
    /// What sets the URL.
    origin: String,
}

impl Address {
    fn of(url: &str, origin: String) -> Self {
        let url = parse(url);
        let text = |part: Option<String>| part.unwrap_or_default();
        let server = url.as_ref().and_then(|url| host(url, Some(5432)));
        Self {
            server: server.unwrap_or_else(|| "the database's host".to_owned()),
            user: text(url.as_ref().map(|url| url.username().to_owned())),
            database: text(url.map(|url| url.path().trim_start_matches('/').to_owned())),
            origin,
        }
    }

    fn explain(&self, failure: &sqlx::Error, is_migration: bool) -> Option<(String, String)> {
        let Self { server, origin, .. } = self;
        match failure {
            sqlx::Error::Io(error) => Some((
                format!("no PostgreSQL answers at {server}: {error}"),
                format!("start it there, or correct host and port in {origin}"),
            )),
            sqlx::Error::Tls(error) => Some((
                format!("the connection to {server} cannot be encrypted: {error}"),
                format!("set `sslmode` in {origin} to what the server has"),
            )),
            sqlx::Error::Database(error) => match error.code().as_deref().unwrap_or_default() {
                // Elsewhere it is also the error of a policy.
                "42501" if !is_migration => None,
                code => self.refused(code, error.message()),
            },
            _ => None,
        }
    }

    /// Of an error that the server reports (PostgreSQL, appendix A).
    fn refused(&self, code: &str, message: &str) -> Option<(String, String)> {
        let Self { server, user, database, origin } = self;
        Some(match code {
            "28P01" => (
                format!("PostgreSQL at {server} refuses the password of {user}"),
                format!(
                    "correct it in {origin}, or set it as an admin: `ALTER ROLE \"{user}\" PASSWORD \
                     '…'`"
                ),
            ),
            "28000" if message.contains("does not exist") => (
                format!("PostgreSQL at {server} has no role {user}"),
                format!(
                    "make it as an admin (`CREATE ROLE \"{user}\" LOGIN PASSWORD '…'`), or correct \
                     the user in {origin}"
                ),
            ),
            "28000" => (
                format!("PostgreSQL at {server} refuses the login of {user}: {message}"),
                format!("let it in by pg_hba.conf there, or correct the user in {origin}"),
            ),
            "3D000" => (
                format!("PostgreSQL at {server} has no database {database}"),
                format!(
                    "make it as an admin (`CREATE DATABASE \"{database}\"`), or correct the end of \
                     the URL in {origin}"
                ),
            ),
            "53300" => (
                format!("PostgreSQL at {server} has no connection left: {message}"),
                "raise its max_connections, or lower PLINTH_DATABASE__MAX_CONNECTIONS".to_owned(),
            ),
            "57P03" => (
                format!("PostgreSQL at {server} takes no connections yet: {message}"),
                "try again in a moment".to_owned(),
            ),
            "0A000" | "58P01" if message.contains("extension") => (
                format!("PostgreSQL at {server} lacks an extension: {message}"),
                "install its package there: pgvector for `vector`, PostgreSQL's contrib modules for \
                 `pg_trgm` and `btree_gin`"
                    .to_owned(),
            ),
            "42501" => (
                format!("{user} may not do this in {database} at {server}: {message}"),
                "let an admin migrate: set PLINTH_DATABASE__ADMIN_URL".to_owned(),
            ),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> Address {
        Address::of("postgres://ada:hidden-word@db.example/plinth", "DATABASE_URL".to_owned())
    }

    #[test]
    fn a_refusal_names_the_host_and_what_to_do_and_no_password() {
        for (code, message, what) in [
            ("28P01", "password authentication failed", "refuses the password of ada"),
            ("28000", "role \"ada\" does not exist", "has no role ada"),
            ("28000", "no pg_hba.conf entry", "refuses the login of ada"),
            ("3D000", "database \"plinth\" does not exist", "has no database plinth"),
            ("53300", "too many clients already", "has no connection left"),
            ("57P03", "the database system is starting up", "takes no connections yet"),
            ("0A000", "extension \"vector\" is not available", "lacks an extension"),
            ("42501", "permission denied to create role", "may not do this in plinth"),
        ] {
            let (said, remedy) = address().refused(code, message).unwrap();
            assert!(said.contains("db.example:5432") && said.contains(what), "{said}");
            assert!(!remedy.is_empty() && !format!("{said}{remedy}").contains("hidden-word"));
        }
        assert!(address().refused("42P01", "relation does not exist").is_none());
    }

    #[test]
    fn a_server_that_does_not_answer_is_named() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let (what, remedy) = address().explain(&sqlx::Error::Io(refused), true).unwrap();
        assert!(what.starts_with("no PostgreSQL answers at db.example:5432"), "{what}");
        assert!(remedy.contains("DATABASE_URL"), "{remedy}");
    }
}
