//! A caller ends executions over another server than the one that runs them.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json;

use super::{Setup, has_begun, spending, start, until};
use crate::caller::Caller;

const ROUNDS: usize = 5;
const AT_ONCE: usize = 20;

/// How long it takes until the execution has ended.
async fn cancel(caller: &Caller, path: &str) -> Duration {
    let asked = Instant::now();
    let (status, ended) = caller.try_post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!((status, &ended["status"]), (200, &json!("cancelled")), "{ended}");
    asked.elapsed()
}

#[tokio::test]
async fn a_hundred_executions_are_cancelled_over_another_server_within_a_second() {
    let setup = Setup::new().await;
    let (here, there) = (setup.serve(), setup.serve());
    let (owner, model) = setup.register(&here).await;
    let elsewhere = owner.at(&there);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let begun = async || {
            let path = start(&owner, &model, "wait=0").await;
            has_begun(&owner, &path).await;
            path
        };
        let paths = join_all((0..AT_ONCE).map(|_| begun())).await;
        times.extend(join_all(paths.iter().map(|path| cancel(&elsewhere, path))).await);
        let closed = setup.provider.wait_for(|p| p.open_connections() == 0, Duration::from_secs(1));
        assert!(closed.await, "a connection to the provider is open");
    }
    times.sort_unstable();
    println!("{} cancelled: half in {:?}, all in {:?}", times.len(), times[50], times[99]);
    assert!(times[99] < Duration::from_secs(1), "{times:?}");
    until(|| async { spending(&owner).await["reserved_nano_usd"] == 0 }).await;
}
