use std::time::Duration;

use futures::{StreamExt, future::join_all};
use plinth_ports::{AgentFault, AgentRunner, AgentStopped};
use tokio::time::Instant;

use crate::support::{
    KEY, Model, Plinth, Sidecar, TOKEN, all, client, client_with, part, question, stopped,
};

#[tokio::test]
async fn dropping_the_events_closes_the_request_to_the_model_within_a_second() {
    let (mut sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Drips).await);
    let agents = client(&sidecar);
    let mut events = agents.run(question(&plinth)).await.unwrap();
    plinth.asked(1).await;
    for _ in 0..8 {
        events.next().await.unwrap().unwrap();
    }
    let dropped = Instant::now();
    drop(events);
    let took = plinth.closed().await - dropped;
    assert!(took < Duration::from_secs(1), "{took:?}");
    let log = sidecar.wait_for("run.ended").await;
    assert!(log.contains(r#""outcome": "cancelled""#), "{log}");
}

#[tokio::test]
async fn the_timeout_ends_a_part_and_its_request_to_the_model() {
    let (sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Never).await);
    let mut part = question(&plinth);
    part.timeout = Duration::from_millis(1500);
    let begun = Instant::now();
    let (events, fault) = all(client(&sidecar).run(part).await.unwrap()).await;
    let took = begun.elapsed();
    assert_eq!(fault, Some(AgentFault::TimedOut));
    assert!(!events.is_empty());
    assert!(took < Duration::from_millis(2500), "{took:?}");
    assert!(plinth.closed().await - begun < Duration::from_millis(2500));
}

#[tokio::test]
async fn a_flood_beyond_the_slots_is_busy_and_the_slots_come_back() {
    let (mut sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Never).await);
    let agents = client(&sidecar);
    let running = join_all((0..3).map(|_| agents.run(question(&plinth)))).await;
    plinth.asked(3).await;
    let flood = join_all((0..40).map(|_| agents.run(question(&plinth)))).await;
    for refused in flood {
        assert_eq!(refused.err(), Some(AgentFault::Busy));
    }
    assert!(running.iter().all(Result::is_ok));
    drop(running);
    for _ in 0..3 {
        sidecar.wait_for("run.ended").await;
    }
    plinth.answer_with(Model::Answers);
    let (events, _) = all(agents.run(question(&plinth)).await.unwrap()).await;
    assert!(matches!(stopped(&events), AgentStopped::Finished { .. }));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_and_never_busy() {
    let (sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Answers).await);
    let agents = client(&sidecar);
    let refused = |part| async { agents.run(part).await.err().unwrap() };
    let unknown = part(&plinth, "unknown", "{}");
    assert_eq!(refused(unknown).await, AgentFault::Refused("NotFound: no such graph".to_owned()));
    let mut steps = question(&plinth);
    steps.max_steps = 0;
    assert!(matches!(refused(steps).await, AgentFault::Refused(_)));
    let large = format!(r#"{{"question": "{}"}}"#, "x".repeat(5 << 20));
    let large = refused(part(&plinth, "document_qa", &large)).await;
    assert_eq!(large, AgentFault::Refused("the part is larger than 4 MiB".to_owned()));

    let token = format!("{TOKEN}x");
    let wrong = client_with(&sidecar, &token);
    for fault in [wrong.run(question(&plinth)).await.err(), wrong.graphs().await.err()] {
        let Some(AgentFault::Misconfigured(why)) = fault else { panic!("{fault:?}") };
        assert_eq!(why, "Unauthenticated: the token is wrong");
    }
    assert_eq!(plinth.requests("/"), 0);
    let shown = format!("{:?} {agents:?}", question(&plinth));
    assert!(
        !shown.contains(KEY) && !shown.contains(TOKEN) && !shown.contains("penalty"),
        "{shown}"
    );
}
