use crate::Timestamp;

/// The number of writes of a record, from 1. It is the record's `ETag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(i64);

impl Version {
    /// A version as stored.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number, from 1.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// The version of a record with its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// The number of this write.
    pub version: Version,
    /// The time of the first write.
    pub created_at: Timestamp,
    /// The time of this write.
    pub updated_at: Timestamp,
}

impl Revision {
    /// The revision of a new record.
    #[must_use]
    pub const fn first(at: Timestamp) -> Self {
        Self { version: Version(1), created_at: at, updated_at: at }
    }

    /// The revision of the next write.
    #[must_use]
    pub const fn next(self, at: Timestamp) -> Self {
        Self { version: Version(self.version.0 + 1), updated_at: at, ..self }
    }

    /// The version that must be stored for this write to succeed.
    #[must_use]
    pub const fn previous(&self) -> Version {
        Version(self.version.0 - 1)
    }
}
