use plinth_domain::{Code, codes};

codes! {
    AGENT_BUSY = "agent.busy", "The agents sidecar runs as many agents as it may; the run waits.";
    AGENT_UNREACHABLE = "agent.unreachable", "The agents sidecar does not answer.";
    AGENT_LOST = "agent.lost",
        "The agents sidecar went away in the middle of a run, or events of it were lost.";
    AGENT_TIMED_OUT = "agent.timed_out", "The run took longer than it may.";
    AGENT_REFUSED = "agent.refused", "The agents sidecar refuses the run: no such graph, say.";
    AGENT_MISCONFIGURED = "agent.misconfigured",
        "The agents sidecar has another token or speaks another protocol: the operator corrects it.";
}

/// The codes of failures of the runner.
pub const AGENT_CODES: &[Code] = CODES;

/// Why there are no further events. What an agent itself fails with is
/// the event `Failed`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentFault {
    /// Every slot is taken. Nothing ran; the caller queues the part.
    #[error("every slot of the agents sidecar is taken")]
    Busy,
    /// No sidecar answered, also not to a second attempt. No event came.
    #[error("the agents sidecar does not answer: {0}")]
    Unreachable(String),
    /// Events are missing, or the end is: the sidecar was killed, say. The run can be resumed from
    /// its last checkpoint.
    #[error("the agents sidecar was lost in the middle of a run: {0}")]
    Lost(String),
    /// The part took longer than its timeout, and was cancelled.
    #[error("the run took longer than it may")]
    TimedOut,
    /// The sidecar refuses the part as it is.
    #[error("the agents sidecar refuses the run: {0}")]
    Refused(String),
    /// The sidecar does not take the token, or speaks another protocol.
    #[error("the agents sidecar cannot be used: {0}")]
    Misconfigured(String),
}

impl AgentFault {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Busy => AGENT_BUSY,
            Self::Unreachable(_) => AGENT_UNREACHABLE,
            Self::Lost(_) => AGENT_LOST,
            Self::TimedOut => AGENT_TIMED_OUT,
            Self::Refused(_) => AGENT_REFUSED,
            Self::Misconfigured(_) => AGENT_MISCONFIGURED,
        }
    }
}
