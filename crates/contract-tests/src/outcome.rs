//! The errors by which a store refuses a write.
#![expect(clippy::needless_pass_by_value, reason = "no test uses the result afterwards")]

use std::fmt::Debug;

use plinth_ports::{Result, StoreError};

/// Asserts that the revision is not the stored one.
#[track_caller]
pub(crate) fn assert_stale<T: Debug>(result: Result<T>) {
    assert!(matches!(result, Err(StoreError::Stale)), "not stale: {result:?}");
}

/// Asserts that the write violates the constraint of this name.
#[track_caller]
pub(crate) fn assert_conflict<T: Debug>(result: Result<T>, name: &str) {
    match result {
        Err(StoreError::Conflict { constraint }) => assert_eq!(constraint, name),
        other => panic!("no conflict with {name}: {other:?}"),
    }
}

/// Asserts that the store refuses a change that the domain should have refused.
#[track_caller]
pub(crate) fn assert_kept<T: Debug>(result: Result<T>) {
    assert!(matches!(result, Err(StoreError::Other(_))), "not kept: {result:?}");
}
