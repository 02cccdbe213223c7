use crate::{Answer, Code, ExecutionStatus, ModelFault, ModelId};

crate::codes! {
    EXECUTION_INTERRUPTED = "execution.interrupted",
        "The process that ran the execution is gone. What had come until then is kept.";
    EXECUTION_CANCELLED = "execution.cancelled", "A caller ended the execution.";
}

/// Why an execution, or one of its attempts, failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The code: `provider.auth`.
    pub code: String,
    /// An explanation, at most 500 characters, without secrets.
    pub detail: String,
}

impl Failure {
    /// The longest explanation, in characters.
    pub const MAX_DETAIL: usize = 500;

    /// A failure with an explanation, which is cut.
    #[must_use]
    pub fn new(code: Code, detail: &str) -> Self {
        let printable = detail.chars().map(|c| if c.is_control() { ' ' } else { c });
        let detail = printable.take(Self::MAX_DETAIL).collect();
        Self { code: code.name().to_owned(), detail }
    }
}

/// How an execution ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// What came until then.
    pub answer: Answer,
    /// The model that answered, or was asked last.
    pub model: Option<ModelId>,
    /// How many calls of models there were.
    pub attempts: u16,
    /// Why it ended before the model had answered.
    pub cause: Option<Cause>,
}

/// Why an execution ended before the model had answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The last call failed.
    Fault(ModelFault, String),
    /// A caller ended it.
    Cancelled,
    /// Its process is gone.
    Interrupted,
    /// It was refused before a model was called.
    Refused(Failure),
}

impl Ending {
    /// The status and the failure. It succeeded if and only if the model said why it ended.
    pub(super) fn outcome(&self) -> (ExecutionStatus, Option<Failure>) {
        let Some(cause) = &self.cause else {
            return match self.answer.finish {
                Some(_) => (ExecutionStatus::Succeeded, None),
                None => (ExecutionStatus::Failed, Some(incomplete())),
            };
        };
        match cause {
            Cause::Fault(fault, detail) => {
                let failure = Failure::new(fault.code(), detail);
                let status = if fault.is_timeout() {
                    ExecutionStatus::TimedOut
                } else {
                    ExecutionStatus::Failed
                };
                (status, Some(failure))
            }
            Cause::Cancelled => (
                ExecutionStatus::Cancelled,
                Some(Failure::new(EXECUTION_CANCELLED, "a caller ended it")),
            ),
            Cause::Interrupted => {
                let detail = "the process that ran it is gone";
                (ExecutionStatus::Failed, Some(Failure::new(EXECUTION_INTERRUPTED, detail)))
            }
            Cause::Refused(failure) => (ExecutionStatus::Failed, Some(failure.clone())),
        }
    }
}

fn incomplete() -> Failure {
    Failure::new(ModelFault::StreamIncomplete.code(), "the answer has no end")
}
