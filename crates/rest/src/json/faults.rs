use plinth_domain::Invalid;

use crate::problem::{ApiError, Fault};

/// Collects the faults of a body while its fields become domain values.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

#[expect(
    clippy::option_option,
    reason = "a field that is faulty, and one that is absent, are two things"
)]
impl Faults {
    /// The value, or `None` after recording its fault.
    pub(crate) fn check<T>(&mut self, pointer: &str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|invalid| self.0.push(Fault::at(pointer, invalid.code, invalid.detail))).ok()
    }

    /// The same for an optional field: `Some(None)` if it is absent.
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

    /// The value of a part of the body: the pointers of its faults begin with `at`.
    pub(crate) fn within<T>(
        &mut self,
        at: &str,
        check: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let mut part = Self::default();
        let value = check(&mut part);
        self.0.extend(part.0.into_iter().map(|fault| Fault {
            pointer: fault.pointer.map(|pointer| format!("{at}{pointer}")),
            ..fault
        }));
        value
    }

    /// The value, or all faults of its fields.
    pub(crate) fn into_result<T>(self, value: Option<T>) -> Result<T, ApiError> {
        value.filter(|_| self.0.is_empty()).ok_or_else(|| ApiError::invalid_body(self.0))
    }

    /// Appends these faults to those of the schema. A value fault is dropped
    /// where the schema already reports one at, above or below the same field.
    pub(super) fn after(self, mut known: Vec<Fault>) -> Vec<Fault> {
        let unknown = |fault: &Fault| !known.iter().any(|earlier| related(earlier, fault));
        let news = self.0.into_iter().filter(unknown).collect::<Vec<_>>();
        known.extend(news);
        known
    }
}

/// Whether one fault lies at, above or below the pointer of another.
fn related(one: &Fault, other: &Fault) -> bool {
    let within = |inner: &Fault, outer: &Fault| match (&inner.pointer, &outer.pointer) {
        (Some(inner), Some(outer)) => inner
            .strip_prefix(outer.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        _ => false,
    };
    within(one, other) || within(other, one)
}
