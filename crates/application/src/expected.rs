use plinth_domain::{Revision, Version};

use crate::Error;

/// The version of a record that the caller saw (`If-Match`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Any version (`If-Match: *`).
    Any,
    /// Exactly this one.
    Version(Version),
}

impl Expected {
    /// Refuses with [`Error::Stale`] when the stored record has another version.
    pub fn check(self, stored: &Revision) -> Result<(), Error> {
        match self {
            Self::Version(version) if version != stored.version => Err(Error::Stale),
            _ => Ok(()),
        }
    }
}
