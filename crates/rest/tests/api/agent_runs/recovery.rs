//! A sidecar or a worker goes away in the middle of a run.

use std::time::Duration;

use plinth_testkit::provider::{Answer, FakeProvider, Wire};

use super::{SOON, Setup, path, worker};

pub(super) fn stalled() -> Answer {
    Answer::start_of(Wire::OpenAi, &["so "]).endless(Wire::OpenAi.ping(), Duration::from_millis(50))
}

async fn asked(setup: &Setup, times: usize) {
    let asked = |provider: &FakeProvider| provider.requests().len() >= times;
    assert!(setup.provider.wait_for(asked, SOON).await);
}

#[tokio::test]
async fn a_run_goes_on_from_its_last_checkpoint_when_the_sidecar_was_killed() {
    let mut setup = Setup::new().await;
    setup.document("contract.pdf", "The penalty for delay is 0.2 % a day.").await;
    setup.provider.script([stalled(), Answer::tokens(Wire::OpenAi, &["0.2 % [1]"])]);
    let run = setup.ask().await;
    asked(&setup, 1).await;
    setup.sidecar.kill().await;
    setup.sidecar.restart().await;
    let run = setup.until(&run, &["succeeded"]).await;
    assert_eq!(run["output"]["answer"], "0.2 % [1]");
    assert!(run["part_count"].as_u64().unwrap() >= 2);
    let events = setup.events(&run).await;
    let parts = events.iter().filter(|event| event["kind"] == "part");
    let from: Vec<_> = parts.map(|event| event["data"]["from"].clone()).collect();
    assert_eq!((&from[0], from.last().unwrap()), (&"beginning".into(), &"checkpoint".into()));
    let searches = events.iter().filter(|event| event["kind"] == "tool_call").count();
    assert_eq!(searches, 1, "what was done before the checkpoint is not done again");
}

#[tokio::test]
async fn another_worker_takes_over_the_run_of_one_that_ends() {
    let setup = Setup::new().await;
    setup.document("contract.pdf", "The penalty for delay is 0.2 % a day.").await;
    setup.provider.script([stalled(), Answer::tokens(Wire::OpenAi, &["0.2 % [1]"])]);
    let run = setup.ask().await;
    asked(&setup, 1).await;
    let Setup { app, owner, provider, sidecar, worker: first } = setup;
    drop(first);
    super::until(&owner, &run, &["queued", "succeeded"]).await;
    let second = worker(&app, &sidecar, &provider);
    let setup = Setup { app, owner, provider, sidecar, worker: second };
    let run = setup.until(&run, &["succeeded"]).await;
    assert_eq!(run["output"]["answer"], "0.2 % [1]");
    let job = setup.owner.list("/jobs?kind=agent.run").await[0].clone();
    assert_eq!(setup.owner.ended(&job).await["state"], "succeeded");
    setup.owner.get(&path(&run, "")).await.expect(200);
}

#[tokio::test]
async fn a_run_waits_while_no_sidecar_answers() {
    let mut setup = Setup::new().await;
    setup.sidecar.kill().await;
    setup.provider.script([Answer::tokens(Wire::OpenAi, &["nothing is known"])]);
    let run = setup.ask().await;
    let failed = async {
        loop {
            let job = setup.owner.list("/jobs?kind=agent.run").await[0].clone();
            if job["error"] == "agent.unreachable" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(SOON, failed).await.expect("the job says why it waits");
    setup.sidecar.restart().await;
    let run = setup.until(&run, &["succeeded"]).await;
    assert_eq!(run["output"]["is_grounded"], false);
}
