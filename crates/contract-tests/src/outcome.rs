//! What a store may answer instead of doing as it was asked.
#![expect(clippy::needless_pass_by_value, reason = "nobody has a use for the result afterwards")]

use std::fmt::Debug;

use plinth_ports::{Result, StoreError};

/// Asserts that the record was written by somebody else meanwhile, or is not there.
#[track_caller]
pub(crate) fn assert_stale<T: Debug>(result: Result<T>) {
    assert!(matches!(result, Err(StoreError::Stale)), "not stale: {result:?}");
}

/// Asserts that the constraint of this name stands against it.
#[track_caller]
pub(crate) fn assert_conflict<T: Debug>(result: Result<T>, name: &str) {
    match result {
        Err(StoreError::Conflict { constraint }) => assert_eq!(constraint, name),
        other => panic!("no conflict with {name}: {other:?}"),
    }
}
