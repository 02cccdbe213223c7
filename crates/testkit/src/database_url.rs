//! URLs of PostgreSQL databases.

/// `url` with another database, otherwise unchanged.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, format!("?{query}")),
        None => (url, String::new()),
    };
    let host = address.find("://").map_or(0, |scheme| scheme + 3);
    let end = address[host..].find('/').map_or(address.len(), |path| host + path);
    format!("{}/{database}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_database_changes() {
        for (url, expected) in [
            ("postgres://u:p@h:5/a", "postgres://u:p@h:5/b"),
            ("postgres://u:p@h:5", "postgres://u:p@h:5/b"),
            ("postgresql://u@h/a?sslmode=require", "postgresql://u@h/b?sslmode=require"),
        ] {
            assert_eq!(with_database(url, "b"), expected);
        }
    }
}
