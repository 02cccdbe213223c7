//! A file to upload.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::PathBuf,
};

use crate::failure::Result;

/// A file as it was found.
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// The name without folders.
    pub(super) name: String,
    pub(super) size: u64,
    /// Seconds and nanoseconds since 1970.
    changed_at: (i64, i64),
}

impl Source {
    pub(super) fn of(path: PathBuf) -> Result<Self> {
        let found = fs::metadata(&path).map_err(|error| format!("it cannot be read: {error}"))?;
        if !found.is_file() {
            return Err("it is no file".into());
        }
        let name = path.file_name().ok_or("it has no name")?.to_string_lossy().into_owned();
        Ok(Self { path, name, size: found.len(), changed_at: changed_at(&found) })
    }

    /// Refuses to go on with a file that was changed: the document would be a mixture.
    pub(super) fn check(&self) -> Result<()> {
        let found = fs::metadata(&self.path)?;
        if (found.len(), changed_at(&found)) == (self.size, self.changed_at) {
            Ok(())
        } else {
            Err("it was changed while it was uploaded".into())
        }
    }

    /// What an upload of this file, in this state and to this place, is remembered by.
    pub(super) fn key(&self, place: &str) -> String {
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let (seconds, nanoseconds) = self.changed_at;
        format!("{place} {} {seconds}.{nanoseconds} {}", self.size, path.display())
    }
}

fn changed_at(found: &Metadata) -> (i64, i64) {
    (found.mtime(), found.mtime_nsec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.pdf");
        fs::write(&path, b"one").unwrap();
        let source = Source::of(path.clone()).unwrap();
        assert_eq!((&*source.name, source.size), ("plan.pdf", 3));
        source.check().unwrap();
        fs::write(&path, b"other").unwrap();
        assert!(source.check().is_err());
        let changed = Source::of(path).unwrap();
        assert_ne!(source.key("a"), changed.key("a"));
        assert_ne!(changed.key("a"), changed.key("b"));
        assert!(Source::of(folder.path().to_owned()).is_err());
    }
}
