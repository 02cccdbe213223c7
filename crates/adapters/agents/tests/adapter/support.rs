//! What the tests share.

pub(crate) mod plinth;

use std::time::Duration;

use futures::StreamExt;
use plinth_agents::{Agents, AgentsConfig};
use plinth_ports::{
    AgentAccess, AgentEvent, AgentEvents, AgentFault, AgentPart, AgentStart, AgentStopped,
    AgentUpdate,
};
use uuid::Uuid;

pub(crate) use plinth::{Model, Plinth};
pub(crate) use plinth_testkit::sidecar::{Sidecar, TOKEN};

pub(crate) const KEY: &str = "plk_canary_9f3c1d";

pub(crate) fn client(sidecar: &Sidecar) -> Agents {
    client_with(sidecar, TOKEN)
}

pub(crate) fn client_with(sidecar: &Sidecar, token: &str) -> Agents {
    Agents::new(&AgentsConfig {
        address: sidecar.address(),
        token: token.into(),
        allow_plain: false,
    })
    .unwrap()
}

/// A part that asks a question about documents.
pub(crate) fn question(plinth: &Plinth) -> AgentPart {
    part(plinth, "document_qa", r#"{"question": "What is the penalty?"}"#)
}

pub(crate) fn part(plinth: &Plinth, graph: &str, input: &str) -> AgentPart {
    AgentPart {
        run: Uuid::from_u128(0x0192_f3a4_5b6c_7d8e_9fa0_b1c2_d3e4_f5a6),
        graph: graph.to_owned(),
        start: AgentStart::Input(input.to_owned()),
        model: "local/smollm2".to_owned(),
        access: AgentAccess {
            gateway_url: format!("{}/openai/v1", plinth.url()),
            api_url: format!("{}/api/v1", plinth.url()),
            key: KEY.into(),
        },
        max_steps: 25,
        after: 0,
        timeout: Duration::from_secs(20),
        traceparent: None,
    }
}

/// All events until the end.
pub(crate) async fn all(events: AgentEvents) -> (Vec<AgentEvent>, Option<AgentFault>) {
    let (mut came, mut fault) = (Vec::new(), None);
    let mut events = events;
    while let Some(next) = events.next().await {
        assert_eq!(fault, None, "an error is the last");
        match next {
            Ok(event) => came.push(event),
            Err(error) => fault = Some(error),
        }
    }
    (came, fault)
}

pub(crate) fn stopped(events: &[AgentEvent]) -> &AgentStopped {
    match &events.last().unwrap().update {
        AgentUpdate::Stopped(stopped) => stopped,
        other => panic!("the last event is {other:?}"),
    }
}

pub(crate) fn checkpoint(events: &[AgentEvent]) -> String {
    let mut states = events.iter().filter_map(|event| match &event.update {
        AgentUpdate::Checkpoint { state_json, .. } => Some(state_json.clone()),
        _ => None,
    });
    states.next_back().unwrap()
}
