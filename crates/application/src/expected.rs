use plinth_domain::{Revision, Version};

use crate::Error;

/// Which version of a record the caller believes to change (`If-Match`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whichever there is (`If-Match: *`).
    Any,
    /// Exactly this one.
    Version(Version),
}

impl Expected {
    /// Refuses when the stored record is another version.
    pub fn check(self, stored: &Revision) -> Result<(), Error> {
        match self {
            Self::Version(version) if version != stored.version => Err(Error::Stale),
            _ => Ok(()),
        }
    }
}
