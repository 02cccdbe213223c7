use std::fmt;

use uuid::Uuid;

/// The most entries of an archive, the manifest aside.
pub const MAX_ENTRIES: usize = 500_000;

/// The name of an entry. No other name is written or read, so no name leads out of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryName {
    /// The rows of a table, one JSON object a line.
    Rows(String),
    /// The bytes of a version of a document.
    File {
        /// The document.
        document: Uuid,
        /// The version.
        version: Uuid,
    },
    /// A thumbnail of a version.
    Thumbnail {
        /// The document.
        document: Uuid,
        /// The version.
        version: Uuid,
        /// Whether it is the large one.
        is_large: bool,
    },
}

impl EntryName {
    /// Reads a name; `None` for any other than the canonical form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let id = |text: &str| Uuid::try_parse(text).ok();
        let parts: Vec<&str> = text.split('/').collect();
        let name = match parts[..] {
            ["rows", file] => Self::Rows(table(file.strip_suffix(".ndjson")?)?.to_owned()),
            ["files", document, version] => {
                Self::File { document: id(document)?, version: id(version)? }
            }
            ["thumbnails", document, version, size] => Self::Thumbnail {
                document: id(document)?,
                version: id(version)?,
                is_large: match size {
                    "large" => true,
                    "small" => false,
                    _ => return None,
                },
            },
            _ => return None,
        };
        (name.to_string() == text).then_some(name)
    }
}

/// The name of a table: a plain identifier.
fn table(name: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let fits = (1..=63).contains(&name.len()) && name.bytes().all(is_plain);
    (fits && !name.starts_with(|first: char| first.is_ascii_digit())).then_some(name)
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(table) => write!(f, "rows/{table}.ndjson"),
            Self::File { document, version } => write!(f, "files/{document}/{version}"),
            Self::Thumbnail { document, version, is_large } => {
                let size = if *is_large { "large" } else { "small" };
                write!(f, "thumbnails/{document}/{version}/{size}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_that_are_written_are_read() {
        let (document, version) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for name in [
            EntryName::Rows("invoice_lines".to_owned()),
            EntryName::File { document, version },
            EntryName::Thumbnail { document, version, is_large: true },
        ] {
            assert_eq!(EntryName::parse(&name.to_string()), Some(name));
        }
        let file = EntryName::File { document, version }.to_string();
        for wrong in [
            "../rows/users.ndjson",
            "rows/../users.ndjson",
            "/rows/users.ndjson",
            "rows/Users.ndjson",
            "rows/a b.ndjson",
            "rows/1.ndjson",
            "rows/.ndjson",
            "rows\\users.ndjson",
            "C:/rows/users.ndjson",
            &file.to_uppercase(),
            &format!("{file}/"),
            &format!("{file}/../x"),
            "",
        ] {
            assert_eq!(EntryName::parse(wrong), None, "{wrong}");
        }
    }
}
