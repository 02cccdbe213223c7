//! A collector that does not respond.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

#[test]
fn a_silent_collector_holds_up_the_end_for_no_more_than_five_seconds() {
    // It accepts connections and never responds.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let guard = crate::support::start(&format!("http://{}", silent.local_addr().unwrap()), "http");
    crate::support::work();
    let start = Instant::now();
    guard.shutdown();
    assert!(start.elapsed() < Duration::from_secs(7), "{:?}", start.elapsed());
}
