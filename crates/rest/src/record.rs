use crate::routing::Register;

/// The part of the API that one kind of record declares.
pub(crate) struct Record {
    /// Registers the operations.
    pub(crate) routes: Register,
    /// The tag of the operations, and its description.
    pub(crate) tag: (&'static str, &'static str),
}
