use plinth_domain::ExecutionId;
use serde::{Deserialize, Serialize};

use crate::{JobKind, job_kind};

/// Runs a queued execution.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RunExecution {
    /// The execution.
    #[serde(with = "job_kind::id")]
    pub execution: ExecutionId,
}

impl JobKind for RunExecution {
    const KIND: &'static str = "execution.run";
}
