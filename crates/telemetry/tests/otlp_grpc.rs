//! Over gRPC, to a real receiver.

#[path = "support/arrival.rs"]
mod arrival;
mod support;

use plinth_otlp_receiver::Receiver;

/// On a runtime of one thread, as each of actix-web's workers has: flushing from there must
/// not wait for itself.
#[tokio::test(flavor = "current_thread")]
async fn spans_metrics_and_logs_arrive_over_grpc() {
    let receiver = Receiver::start().unwrap();
    let guard = support::start(&receiver.endpoint(), "grpc");
    support::work();
    guard.shutdown();
    arrival::check(&receiver);
}
