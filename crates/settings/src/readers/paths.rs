//! Directories and buckets.

use std::path::PathBuf;

use super::Reader;

/// The path of a directory, absolute or relative to the working directory.
pub(crate) struct Folder;

impl Reader for Folder {
    type Value = PathBuf;

    fn expects(&self) -> String {
        "a path of at most 1024 bytes".to_owned()
    }

    fn read(&self, text: &str) -> Result<PathBuf, String> {
        let fits = (1..=1024).contains(&text.len()) && !text.contains('\0');
        if fits { Ok(text.into()) } else { Err(text.to_owned()) }
    }
}

/// The name of a bucket. It becomes part of URLs.
pub(crate) struct Bucket;

impl Reader for Bucket {
    type Value = String;

    fn expects(&self) -> String {
        "3 to 63 lowercase letters, digits, `-` and `.`, a letter or digit first and last"
            .to_owned()
    }

    fn read(&self, text: &str) -> Result<String, String> {
        let edge = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = text.as_bytes();
        let fits = (3..=63).contains(&bytes.len())
            && bytes.iter().all(|b| edge(b) || matches!(b, b'-' | b'.'))
            && bytes.first().is_some_and(edge)
            && bytes.last().is_some_and(edge);
        if fits { Ok(text.to_owned()) } else { Err(text.to_owned()) }
    }
}
