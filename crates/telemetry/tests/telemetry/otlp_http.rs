//! Over HTTP, to a real receiver.

use plinth_testkit::otlp::Receiver;

use crate::support::{arrival, start, work};

/// On a runtime of one thread, as each of actix-web's workers has: flushing from there must
/// not wait for itself.
#[tokio::test(flavor = "current_thread")]
async fn spans_metrics_and_logs_arrive_over_http() {
    let receiver = Receiver::start().unwrap();
    let guard = start(&receiver.endpoint(), "http");
    work();
    guard.shutdown();
    arrival::check(&receiver);
}
