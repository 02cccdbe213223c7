use crate::Timestamp;

/// How often a record was written, from 1. It is the record's `ETag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(i64);

impl Version {
    /// A version as stored.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The bare number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// When a record was made and last written, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// The number of this writing.
    pub version: Version,
    /// When the record was made.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

impl Revision {
    /// The first writing of a record.
    #[must_use]
    pub const fn first(at: Timestamp) -> Self {
        Self { version: Version(1), created_at: at, updated_at: at }
    }

    /// The writing after this one.
    #[must_use]
    pub const fn next(self, at: Timestamp) -> Self {
        Self { version: Version(self.version.0 + 1), updated_at: at, ..self }
    }

    /// The version that must still be stored for this writing to be allowed.
    #[must_use]
    pub const fn previous(&self) -> Version {
        Version(self.version.0 - 1)
    }
}
