//! Servers are killed in the middle of executions: each ends with what it had, and budgets hold nothing
//! for it any more.

use plinth_jobs::{ExecutionReaper, Handlers};
use plinth_settings::{Settings, Sources};
use tokio_util::sync::CancellationToken;

use super::{Setup, end_interrupted, has_begun, spending, start};

const KILLS: usize = 20;

#[tokio::test]
async fn every_execution_of_a_killed_server_ends_with_what_it_had() {
    let setup = Setup::new().await;
    let mut api = setup.serve();
    let (owner, model) = setup.register(&api).await;
    let mut executions = Vec::new();
    for _ in 0..KILLS {
        let owner = owner.at(&api);
        let path = start(&owner, &model, "wait=0").await;
        has_begun(&owner, &path).await;
        executions.push(path);
        api.kill();
        api = setup.serve();
    }
    let owner = owner.at(&api);
    assert!(spending(&owner).await["reserved_nano_usd"].as_i64().unwrap() > 0);

    let stop = CancellationToken::new();
    let _stops = stop.clone().drop_guard();
    let url = setup.database.url().to_owned();
    let settings = Settings::load(&Sources::none().with_variable("DATABASE_URL", url)).unwrap();
    drop(tokio::spawn(async move {
        let handlers = Handlers::new().with(ExecutionReaper);
        plinth_worker::run_with(&settings, stop, |_| Ok(handlers)).await
    }));
    end_interrupted(&owner, &executions).await;
    assert_eq!(setup.provider.requests().len(), KILLS, "nothing is run again by itself");
}
