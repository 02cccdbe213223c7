use plinth_domain::{Invalid, Patch, codes};
use serde::{Deserialize, Deserializer};

use super::Faults;

/// One field of a merge patch (RFC 7396): absent, `null` or a value. The field
/// needs `#[serde(default)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::option_option, reason = "absent, null, or a value: RFC 7396 tells them apart")]
pub(crate) struct Merge<T>(pub(crate) Option<Option<T>>);

// A derived impl would require `T: Default`.
impl<T> Default for Merge<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Merge<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| Self(Some(value)))
    }
}

#[expect(
    clippy::option_option,
    reason = "a field that is faulty, and one that is absent, are two things"
)]
impl<T> Merge<T> {
    /// A field that may be cleared.
    pub(crate) fn optional<U>(
        self,
        faults: &mut Faults,
        pointer: &str,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<Patch<U>> {
        match self.0 {
            None => Some(Patch::Keep),
            Some(None) => Some(Patch::Clear),
            Some(Some(value)) => faults.check(pointer, parse(value)).map(Patch::Set),
        }
    }

    /// A mandatory field: `null` is a fault.
    pub(crate) fn required<U>(
        self,
        faults: &mut Faults,
        pointer: &str,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<Option<U>> {
        match self.0 {
            None => Some(None),
            Some(None) => {
                let invalid = Invalid::new(codes::FIELD_REQUIRED, "cannot be removed");
                faults.check::<Option<U>>(pointer, Err(invalid))
            }
            Some(Some(value)) => faults.check(pointer, parse(value)).map(Some),
        }
    }
}
