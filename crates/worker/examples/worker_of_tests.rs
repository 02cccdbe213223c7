//! A worker whose handlers have effects that can be counted: the process that
//! `tests/worker/processes` starts, and kills.

#![allow(clippy::unwrap_used, reason = "a panic is a failure of the test that started it")]

#[path = "../tests/worker/processes/handler.rs"]
mod handler;

#[tokio::main(worker_threads = 2)]
async fn main() {
    handler::work().await;
}
