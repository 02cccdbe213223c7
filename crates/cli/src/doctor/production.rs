//! What is fine on one machine, and needs a word in production.

use plinth_settings::{ExposeSecret, Settings, Url};

use super::report::Report;

/// Warns of connections that anyone on the network can read or take over, and of a key that cannot be
/// changed alone.
pub(super) fn check(settings: &Settings, report: &mut Report) {
    if !settings.environment.is_production() {
        return;
    }
    Report::section("Production");
    master_keys(settings, report);
    let database = &settings.database;
    let urls = [
        ("database.url", Some(&database.url)),
        ("database.admin_url", database.admin_url.as_ref()),
    ];
    for (name, url) in urls {
        let Some(url) = url.and_then(|url| Url::parse(url.expose_secret()).ok()) else { continue };
        match database_fault(&url) {
            None => report.good(name, "encrypted, or on this machine"),
            Some(problem) => report.warn(
                name,
                &problem,
                "add `?sslmode=verify-full` (and `sslrootcert=` for a private authority), unless \
                 the network is trusted",
            ),
        }
    }
    let redis = settings.redis.url.as_ref();
    if let Some(url) = redis.and_then(|url| Url::parse(url.expose_secret()).ok()) {
        if url.scheme() == "redis" && !is_local(&url) {
            report.warn(
                "redis.url",
                "the connection is not encrypted, so its password and all signals can be read",
                "use a URL that begins with `rediss://`, unless the network is trusted",
            );
        } else {
            report.good("redis.url", "encrypted, or on this machine");
        }
    }
}

/// The derived key is as good as any other, but neither key can be changed without the other.
fn master_keys(settings: &Settings, report: &mut Report) {
    match &settings.secrets.keys {
        Some(_) => report.good("secrets.keys", "secrets have master keys of their own"),
        None => report.warn(
            "secrets.keys",
            "secrets of organizations are encrypted by a key that is derived from \
             security.secret_key: a change of that key would make them unreadable",
            "set a master key, and run `plinth secrets rotate` (docs/ai.md)",
        ),
    }
}

/// What is wrong with the encryption of a connection to PostgreSQL. The mode of libpq and of sqlx is
/// `prefer` by default: without encryption if the server, or someone in between, wants it so.
fn database_fault(url: &Url) -> Option<String> {
    let mode = url.query_pairs().find(|(name, _)| name == "sslmode" || name == "ssl-mode");
    let mode = mode.map(|(_, mode)| mode.into_owned());
    match mode.as_deref() {
        _ if is_local(url) => None,
        Some("verify-full" | "verify-ca") => None,
        Some("require") => {
            Some("sslmode is `require`: encrypted, but with any server that answers".to_owned())
        }
        mode => Some(format!(
            "sslmode is `{}`: the connection may be unencrypted",
            mode.unwrap_or("prefer, the default")
        )),
    }
}

/// Whether the server is on this machine: a socket, or an address of the loopback interface.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    host.is_empty() || host == "localhost" || host.starts_with("%2F") || is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(url: &str) -> Option<String> {
        database_fault(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_a_verified_or_a_local_connection_is_safe() {
        for safe in [
            "postgres://a@db.example/p?sslmode=verify-full",
            "postgres://a@localhost/p",
            "postgres://a@127.0.0.1/p?sslmode=disable",
            "postgres://a@[::1]/p",
            "postgres:///p",
            "postgres://%2Frun%2Fpostgresql/p",
        ] {
            assert_eq!(fault(safe), None, "{safe}");
        }
        for (unsafe_url, mode) in [
            ("postgres://a@db.example/p", "prefer"),
            ("postgres://a@10.0.0.1/p?sslmode=disable", "disable"),
            ("postgres://a@db.example/p?sslmode=require", "require"),
        ] {
            assert!(fault(unsafe_url).unwrap().contains(mode), "{unsafe_url}");
        }
    }
}
