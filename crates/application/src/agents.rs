//! Runs of agents: a graph in the sidecar asks models and calls tools, as a key of its own.

mod begin;
mod cancel;
mod events;
mod finish;
mod key;
mod queue;
mod read;
mod resume;
mod run;
mod start;

use plinth_domain::{AgentRun, Id, Permission};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::resource::Resource;

pub use cancel::CancelAgentRun;
pub use finish::AbandonAgentRun;
pub use queue::RunAgent;
pub use read::{
    AgentRunDetails, AgentRunUpdates, GetAgentRun, ListAgentRuns, MAX_AGENT_EVENTS, ReadAgentEvents,
};
pub use resume::ResumeAgentRun;
pub use run::{AgentSetup, PartRun};
pub(crate) use start::CODES;
pub use start::StartAgentRun;

impl Resource for AgentRun {
    const KIND: &'static str = "agent_run";
    const TOPIC: &'static str = "agent_runs";
    const READ: Permission = Permission::AgentRunRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    /// Neither input nor output, nor what was asked.
    fn audit_view(&self) -> impl Serialize {
        json!({
            "graph": self.draft.graph.name(),
            "model": self.draft.model.as_str(),
            "spending_limit_nano_usd": self.draft.spending_limit,
            "status": self.status.name(),
            "api_key_id": self.key.map(Id::uuid),
            "parts": self.parts,
            "question_id": self.question.as_ref().map(|question| question.id.as_str()),
            "error_code": self.failure.as_ref().map(|failure| &failure.code),
            "version": self.revision.version.number(),
        })
    }
}
