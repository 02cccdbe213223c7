use plinth_domain::{Revision, Version};

use crate::Error;

/// The versions of a record that a change may meet (`If-Match` and `If-None-Match`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// `If-Match`: the record has one of these versions.
    pub one_of: Option<Versions>,
    /// `If-None-Match`: the record has none of these versions.
    pub none_of: Option<Versions>,
}

/// The versions that a precondition names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// Every version of an existing record: `*`.
    Any,
    /// These versions.
    Listed(Vec<Version>),
}

impl Versions {
    fn have(&self, version: Version) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(versions) => versions.contains(&version),
        }
    }
}

impl Expected {
    /// No precondition.
    pub const ANY: Self = Self { one_of: None, none_of: None };

    /// Refuses with [`Error::Stale`] when the stored record has another version.
    pub fn check(&self, stored: &Revision) -> Result<(), Error> {
        let has = |versions: &Versions| versions.have(stored.version);
        if self.one_of.as_ref().is_none_or(has) && !self.none_of.as_ref().is_some_and(has) {
            Ok(())
        } else {
            Err(Error::Stale)
        }
    }

    /// Refuses with [`Error::Stale`] when a record must exist (RFC 9110, 13.1.1), for a change that
    /// creates it.
    pub fn check_absent(&self) -> Result<(), Error> {
        if self.one_of.is_none() { Ok(()) } else { Err(Error::Stale) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plinth_domain::Timestamp;

    #[test]
    fn a_change_meets_only_the_versions_that_its_preconditions_name() {
        let third =
            Revision { version: Version::from_number(3), ..Revision::first(Timestamp::UNIX_EPOCH) };
        let listed = |numbers: &[i64]| {
            Some(Versions::Listed(numbers.iter().map(|n| Version::from_number(*n)).collect()))
        };
        for (one_of, none_of, meets) in [
            (None, None, true),
            (Some(Versions::Any), None, true),
            (listed(&[1, 3]), None, true),
            (listed(&[1, 2]), None, false),
            (listed(&[]), None, false),
            (None, Some(Versions::Any), false),
            (None, listed(&[3]), false),
            (None, listed(&[2]), true),
            (listed(&[3]), listed(&[3]), false),
        ] {
            let expected = Expected { one_of, none_of };
            assert_eq!(expected.check(&third).is_ok(), meets, "{expected:?}");
        }
        assert!(Expected::ANY.check_absent().is_ok());
        assert!(Expected { one_of: Some(Versions::Any), none_of: None }.check_absent().is_err());
        assert!(Expected { one_of: None, none_of: Some(Versions::Any) }.check_absent().is_ok());
    }
}
