use plinth_domain::AgentRunId;
use serde::{Deserialize, Serialize};

use crate::{JobKind, job_kind};

/// Runs the next part of a run.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RunAgent {
    /// The run.
    #[serde(with = "job_kind::id")]
    pub run: AgentRunId,
}

impl JobKind for RunAgent {
    const KIND: &'static str = "agent.run";
    /// A sidecar that is away for an hour loses no run.
    const MAX_ATTEMPTS: u16 = 20;
}
