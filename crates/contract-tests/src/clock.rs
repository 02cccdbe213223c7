//! The clock has the precision of `PostgreSQL`: microseconds.
#![expect(missing_docs, reason = "each name says the rule that it protects")]
#![expect(clippy::unused_async, reason = "all behaviours are awaited alike")]

use std::{sync::Arc, time::Duration};

use plinth_ports::Clock;

pub async fn the_time_is_cut_to_whole_microseconds(clock: Arc<dyn Clock>) {
    for _ in 0..1_000 {
        assert_eq!(clock.now().timestamp_subsec_nanos() % 1_000, 0);
    }
}

pub async fn time_passes(clock: Arc<dyn Clock>) {
    let before = clock.now();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let passed = clock.now() - before;
    assert!(passed >= chrono::Duration::milliseconds(19), "{passed}");
}
