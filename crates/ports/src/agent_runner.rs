mod event;
mod fault;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use futures::stream::BoxStream;
use secrecy::SecretString;
use uuid::Uuid;

pub use event::{AgentCitation, AgentEvent, AgentStopped, AgentUpdate, AgentUsage};
pub use fault::{AGENT_CODES, AgentFault};

/// One part of an agent's run: from its beginning, or from a checkpoint, to its end or to a
/// question to a person.
#[derive(Clone)]
pub struct AgentPart {
    /// The run. All parts of a run have the same one.
    pub run: Uuid,
    /// The name of the graph: `document_qa`.
    pub graph: String,
    /// From where it goes.
    pub start: AgentStart,
    /// The model that the graph asks, as the gateway knows it: a slug, or `prompt:NAME@label`.
    pub model: String,
    /// What the agent may reach, and as whom.
    pub access: AgentAccess,
    /// The most steps of this part, 1 to 100.
    pub max_steps: u32,
    /// The number of the run's last event; 0 for a new run.
    pub after: u64,
    /// The most time that the part may take, a retry included.
    pub timeout: Duration,
    /// The W3C `traceparent` that the agent passes on.
    pub traceparent: Option<String>,
}

/// From where a part goes.
#[derive(Clone)]
pub enum AgentStart {
    /// From the beginning, with a JSON object of at most 1 MiB.
    Input(String),
    /// From the run's last [`AgentUpdate::Checkpoint`].
    Checkpoint {
        /// The state of the checkpoint.
        state: String,
        /// The answer to the question that the run waits with. Without one, a run goes on that was
        /// interrupted by a failure.
        answer: Option<AgentAnswer>,
    },
}

/// The answer to a question of an agent.
#[derive(Clone)]
pub struct AgentAnswer {
    /// The identity of the question. An answer to another one than the checkpoint's is a failure.
    pub question: String,
    /// A JSON object of at most 1 MiB.
    pub body: String,
}

/// What an agent may reach, and as whom.
#[derive(Clone)]
pub struct AgentAccess {
    /// The gateway, without a slash at the end: `http://127.0.0.1:8080/openai/v1`.
    pub gateway_url: String,
    /// The API, without a slash at the end: `http://127.0.0.1:8080/api/v1`.
    pub api_url: String,
    /// The key for both: short-lived, bound to the run and to its budget.
    pub key: SecretString,
}

/// Inputs, answers and checkpoints are content of the organization, and not shown.
impl fmt::Debug for AgentPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AgentPart")
            .field("run", &self.run)
            .field("graph", &self.graph)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

/// A graph that a runner has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentGraph {
    /// Its name: `document_qa`.
    pub name: String,
    /// A checkpoint of another version cannot be resumed.
    pub version: u32,
}

/// What comes of a part. Dropping it cancels the part, and every request that the agent has open.
///
/// The numbers have no holes. The last item is an error or [`AgentUpdate::Stopped`].
pub type AgentEvents = BoxStream<'static, Result<AgentEvent, AgentFault>>;

/// Runs agents. A runner keeps nothing: what happened is in the events, and the caller stores them.
#[async_trait]
pub trait AgentRunner: Send + Sync {
    /// Starts a part, and returns when its first event has come. Until then, a part that failed on
    /// the way is started once more.
    async fn run(&self, part: AgentPart) -> Result<AgentEvents, AgentFault>;

    /// The graphs that there are. It is also a check of the runner's health.
    async fn graphs(&self) -> Result<Vec<AgentGraph>, AgentFault>;
}
