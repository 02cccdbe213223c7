//! An unreachable collector, over gRPC, in a program without a runtime.

use std::time::{Duration, Instant};

#[test]
fn a_program_without_a_runtime_starts_and_ends_though_there_is_no_collector() {
    // Nothing listens on port 1.
    let guard = crate::support::start("http://127.0.0.1:1", "grpc");
    crate::support::work();
    let start = Instant::now();
    guard.shutdown();
    assert!(start.elapsed() < Duration::from_secs(7), "{:?}", start.elapsed());
}
