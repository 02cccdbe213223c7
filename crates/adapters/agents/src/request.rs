//! A part as a request.

use std::time::Duration;

use plinth_ports::{AgentFault, AgentPart, AgentStart};
use prost::Message;
use secrecy::ExposeSecret;
use tokio::time::Instant;
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
};

use crate::proto::{Access, Resume, RunRequest, run_request::Start};

/// The most that a message may have, in both directions.
pub(crate) const MESSAGE_BYTES: usize = 4 << 20;
pub(crate) const PROTOCOL_KEY: &str = "plinth-agent-protocol";
pub(crate) const PROTOCOL: &str = "1";
/// Our own timer ends a part. The sidecar's, which comes later, is for a caller that vanished.
const GRACE: Duration = Duration::from_secs(1);

pub(crate) fn of(
    part: &AgentPart,
    authorization: &MetadataValue<Ascii>,
    deadline: Instant,
) -> Result<Request<RunRequest>, AgentFault> {
    let message = message(part);
    // The sidecar would refuse it with the code that a busy one has.
    if message.encoded_len() > MESSAGE_BYTES {
        return Err(AgentFault::Refused("the part is larger than 4 MiB".to_owned()));
    }
    let mut request = Request::new(message);
    authorize(&mut request, authorization);
    request.set_timeout(deadline.saturating_duration_since(Instant::now()) + GRACE);
    if let Some(Ok(traceparent)) = part.traceparent.as_ref().map(|value| value.parse()) {
        request.metadata_mut().insert("traceparent", traceparent);
    }
    Ok(request)
}

pub(crate) fn authorize<T>(request: &mut Request<T>, authorization: &MetadataValue<Ascii>) {
    let metadata = request.metadata_mut();
    metadata.insert("authorization", authorization.clone());
    metadata.insert(PROTOCOL_KEY, MetadataValue::from_static(PROTOCOL));
}

fn message(part: &AgentPart) -> RunRequest {
    let start = match &part.start {
        AgentStart::Input(input) => Start::InputJson(input.clone().into_bytes()),
        AgentStart::Checkpoint { state, answer } => {
            let (interrupt_id, answer_json) =
                answer.as_ref().map_or_else(Default::default, |answer| {
                    (answer.question.clone(), answer.body.clone().into_bytes())
                });
            let checkpoint_json = state.clone().into_bytes();
            Start::Resume(Resume { checkpoint_json, interrupt_id, answer_json })
        }
    };
    RunRequest {
        run_id: part.run.to_string(),
        graph: part.graph.clone(),
        start: Some(start),
        model: part.model.clone(),
        access: Some(Access {
            gateway_url: part.access.gateway_url.clone(),
            api_url: part.access.api_url.clone(),
            key: part.access.key.expose_secret().to_owned(),
        }),
        max_steps: part.max_steps,
        after_seq: part.after,
    }
}
