//! One call of the sidecar: a part as it comes in.

use std::time::Duration;

use plinth_ports::{AgentEvent, AgentFault, AgentPart, AgentUpdate};
use secrecy::SecretString;
use tonic::{Request, Streaming, transport::Channel};

use crate::{
    event,
    fault::{self, Broken},
    proto::{RunEvent, RunRequest, agent_client::AgentClient},
};

/// Before the second attempt: a sidecar that was replaced listens again.
pub(crate) const PAUSE: Duration = Duration::from_millis(200);

/// A part that runs. Dropping it cancels the part.
pub(crate) struct Part {
    first: Option<AgentEvent>,
    events: Option<Streaming<RunEvent>>,
    /// The number of the last event that came.
    number: u64,
    key: SecretString,
}

/// Calls the sidecar, and waits for the first event.
pub(crate) async fn start(
    mut client: AgentClient<Channel>,
    request: Request<RunRequest>,
    part: &AgentPart,
) -> Result<Part, Broken> {
    let answer = client.run(request).await.map_err(|status| fault::of(&status))?;
    fault::check_protocol(answer.metadata()).map_err(Broken::Fault)?;
    let mut events = answer.into_inner();
    let first = events.message().await.map_err(|status| fault::of(&status))?;
    let Some(first) = first else {
        return Err(Broken::OnTheWay("the call ended without an event".to_owned()));
    };
    let key = part.access.key.clone();
    let mut part = Part { first: None, events: Some(events), number: part.after, key };
    part.first = Some(part.accept(first).map_err(Broken::Fault)?);
    Ok(part)
}

impl Part {
    /// The next event. An error, and the event that ends the part, are the last.
    pub(crate) async fn next(&mut self) -> Option<Result<AgentEvent, AgentFault>> {
        let events = self.events.as_mut()?;
        let next = match self.first.take() {
            Some(first) => Ok(first),
            None => match events.message().await {
                Ok(Some(event)) => self.accept(event),
                Ok(None) => Err(AgentFault::Lost("the call ended before the run".to_owned())),
                Err(status) => Err(AgentFault::Lost(fault::describe(&status))),
            },
        };
        if next.as_ref().is_ok_and(|event| !matches!(event.update, AgentUpdate::Stopped(_))) {
            return Some(next);
        }
        self.events = None;
        Some(next)
    }

    /// Cancels the part, which took too long.
    pub(crate) fn timed_out(&mut self) -> Result<AgentEvent, AgentFault> {
        self.events = None;
        Err(AgentFault::TimedOut)
    }

    /// An event with the next number.
    fn accept(&mut self, event: RunEvent) -> Result<AgentEvent, AgentFault> {
        let expected = self.number + 1;
        if event.seq != expected {
            let came = event.seq;
            return Err(AgentFault::Lost(format!("event {came} came instead of {expected}")));
        }
        self.number = expected;
        let update = event::read(event, &self.key)
            .ok_or_else(|| AgentFault::Lost(format!("event {expected} cannot be read")))?;
        Ok(AgentEvent { number: expected, update })
    }
}
