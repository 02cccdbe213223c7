use std::{io, path::PathBuf};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name of a record or field cannot be used.
    #[error("`{name}` {reason}")]
    Name {
        /// The name as given.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A field is not written `name:type`.
    #[error("`{field}`: {reason}")]
    Field {
        /// The field as given.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The record, or something of its name, exists.
    #[error("{0} exists already; nothing was written")]
    Taken(String),
    /// A shared file has no place for the new line.
    #[error("{file}: found no {anchor}; nothing was written")]
    NoPlace {
        /// The shared file.
        file: String,
        /// What was looked for.
        anchor: String,
    },
    /// A template is broken.
    #[error("template {0}")]
    Template(String),
    /// What a template gave is no Rust.
    #[error("rustfmt refused {file}:\n{message}")]
    Rustfmt {
        /// The file that was to be written.
        file: String,
        /// What rustfmt said.
        message: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn name(name: &str, reason: impl Into<String>) -> Self {
        Self::Name { name: name.to_owned(), reason: reason.into() }
    }

    pub(crate) fn field(field: &str, reason: impl Into<String>) -> Self {
        Self::Field { field: field.to_owned(), reason: reason.into() }
    }
}
