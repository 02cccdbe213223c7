//! What is spread over time, so that not all clients do it at once.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// A random part of `time`.
pub(super) fn part_of(time: Duration) -> Duration {
    // The standard library seeds each of these differently.
    let [a, b, c, d, ..] = RandomState::new().hash_one(()).to_le_bytes();
    time.mul_f64(f64::from(u32::from_le_bytes([a, b, c, d])) / f64::from(u32::MAX))
}
