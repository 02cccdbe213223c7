use application::{Error, FieldFault};
use domain::Invalid;

/// Collects the faults of a body while its fields become domain values.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldFault>);

#[expect(
    clippy::option_option,
    reason = "a field that is faulty, and one that is absent, are two things"
)]
impl Faults {
    /// The value, or `None` and one fault more.
    pub(crate) fn check<T>(&mut self, pointer: &str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|invalid| self.0.push(FieldFault::new(pointer, invalid))).ok()
    }

    /// The same for a field that may be absent: `Some(None)` where it is.
    pub(crate) fn check_some<T, U>(
        &mut self,
        pointer: &str,
        value: Option<T>,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<Option<U>> {
        match value {
            Some(value) => self.check(pointer, parse(value)).map(Some),
            None => Some(None),
        }
    }

    /// The whole when every part is there, all faults otherwise.
    pub(crate) fn finish<T>(self, whole: Option<T>) -> Result<T, Error> {
        match whole {
            Some(whole) if self.0.is_empty() => Ok(whole),
            _ => Err(Error::Invalid(self.0)),
        }
    }
}
