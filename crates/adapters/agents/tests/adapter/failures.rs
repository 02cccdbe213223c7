use std::time::Duration;

use futures::StreamExt;
use plinth_agents::{Agents, AgentsConfig};
use plinth_ports::{AgentFault, AgentRunner, AgentStopped};

use crate::support::{Model, Plinth, Sidecar, TOKEN, all, client, question, stopped};

#[tokio::test]
async fn a_killed_sidecar_loses_the_part_and_its_successor_takes_the_next_one() {
    let (mut sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Drips).await);
    let agents = client(&sidecar);
    let mut events = agents.run(question(&plinth)).await.unwrap();
    events.next().await.unwrap().unwrap();
    plinth.asked(1).await;
    sidecar.kill().await;
    let (_, fault) = all(events).await;
    assert!(matches!(fault, Some(AgentFault::Lost(_))), "{fault:?}");

    let unanswered = agents.run(question(&plinth)).await.err();
    assert!(matches!(unanswered, Some(AgentFault::Unreachable(_))), "{unanswered:?}");
    assert!(matches!(agents.graphs().await, Err(AgentFault::Unreachable(_))));

    sidecar.restart().await;
    plinth.answer_with(Model::Answers);
    let (events, _) = all(agents.run(question(&plinth)).await.unwrap()).await;
    assert!(matches!(stopped(&events), AgentStopped::Finished { .. }));
}

#[tokio::test]
async fn a_part_that_fails_before_its_first_event_is_started_once_more() {
    // Calls fail until there were as many as given.
    let failing = |calls: u32| {
        format!(
            "
import grpc, plinth_agents.service as service
check, calls = service._check, []
async def failing(request, context):
    calls.append(1)
    if len(calls) <= {calls}:
        await context.abort(grpc.StatusCode.UNAVAILABLE, f'call {{len(calls)}}')
    await check(request, context)
service._check = failing"
        )
    };
    let plinth = Plinth::start(Model::Answers).await;
    let sidecar = Sidecar::patched(&failing(1)).await;
    let (events, _) = all(client(&sidecar).run(question(&plinth)).await.unwrap()).await;
    assert!(matches!(stopped(&events), AgentStopped::Finished { .. }));

    let sidecar = Sidecar::patched(&failing(9)).await;
    let fault = client(&sidecar).run(question(&plinth)).await.err();
    assert_eq!(fault, Some(AgentFault::Unreachable("Unavailable: call 2".to_owned())));
}

#[tokio::test]
async fn a_hole_in_the_numbers_is_a_loss() {
    let patch = "
import plinth_agents.outbox as outbox
events = outbox.Outbox.events
async def holed(self):
    async for event in events(self):
        if event.seq != 3: yield event
outbox.Outbox.events = holed";
    let (sidecar, plinth) = (Sidecar::patched(patch).await, Plinth::start(Model::Answers).await);
    let (events, fault) = all(client(&sidecar).run(question(&plinth)).await.unwrap()).await;
    assert_eq!(events.len(), 2);
    assert_eq!(fault, Some(AgentFault::Lost("event 4 came instead of 3".to_owned())));
}

#[tokio::test]
async fn a_call_without_an_end_is_a_loss() {
    let patch = "
import plinth_agents.outbox as outbox
events = outbox.Outbox.events
async def cut(self):
    async for event in events(self):
        if event.WhichOneof('event') != 'final': yield event
outbox.Outbox.events = cut";
    let (sidecar, plinth) = (Sidecar::patched(patch).await, Plinth::start(Model::Answers).await);
    let (events, fault) = all(client(&sidecar).run(question(&plinth)).await.unwrap()).await;
    assert!(events.len() > 5);
    assert_eq!(fault, Some(AgentFault::Lost("the call ended before the run".to_owned())));
}

#[tokio::test]
async fn a_sidecar_of_another_protocol_is_refused_and_says_so() {
    let plinth = Plinth::start(Model::Answers).await;
    for (patch, expected) in [
        (
            "import plinth_agents; plinth_agents.PROTOCOL = 2",
            [
                "it speaks protocol 2, and this Plinth 1: run the sidecar of this version",
                "FailedPrecondition: the caller speaks protocol 1, this sidecar 2",
            ],
        ),
        (
            // It takes what it is given, as one did that was written before there were numbers.
            "import plinth_agents.auth as auth
async def admit(self, context): return auth.metadata(context)
auth.Gate.admit = admit",
            ["it speaks protocol none, and this Plinth 1: run the sidecar of this version"; 2],
        ),
    ] {
        let sidecar = Sidecar::patched(patch).await;
        let agents = client(&sidecar);
        let faults = [agents.run(question(&plinth)).await.err(), agents.graphs().await.err()];
        let expected = expected.map(|why| Some(AgentFault::Misconfigured(why.to_owned())));
        assert_eq!(faults, expected);
    }
}

#[tokio::test]
async fn without_a_sidecar_a_part_is_unreachable_within_seconds() {
    let plinth = Plinth::start(Model::Answers).await;
    let address = "http://127.0.0.1:1".to_owned();
    let config = AgentsConfig { address, token: TOKEN.into(), allow_plain: false };
    let agents = Agents::new(&config).unwrap();
    let fault = tokio::time::timeout(Duration::from_secs(5), agents.run(question(&plinth))).await;
    assert!(matches!(fault.unwrap().err(), Some(AgentFault::Unreachable(_))));
}
