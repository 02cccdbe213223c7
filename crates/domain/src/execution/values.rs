use crate::{Invalid, Text, codes};

/// The longest input, in bytes of JSON: 256 KiB.
pub const MAX_INPUT_BYTES: usize = 256 * 1024;

/// The longest text, in bytes: 8 MiB, as the answer of a provider.
pub const MAX_OUTPUT_BYTES: usize = 8 * 1024 * 1024;

/// How much of a text is stored in the row of its execution, in bytes. A longer text is stored in
/// pieces, and its beginning in the row, too.
pub const OUTPUT_IN_ROW: usize = 32 * 1024;

/// The state of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExecutionStatus {
    /// It waits for a worker.
    Queued,
    /// A process runs it, under a lease.
    Running,
    /// The model ended its answer.
    Succeeded,
    /// It ended without an answer, or with a part of one.
    Failed,
    /// A caller ended it.
    Cancelled,
    /// A time-out ended it.
    TimedOut,
}

impl ExecutionStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::TimedOut,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether it never changes again.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// What runs an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Plinth calls the model itself.
    Direct,
    /// A graph of the sidecar.
    Langgraph,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Self; 2] = [Self::Direct, Self::Langgraph];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Langgraph => "langgraph",
        }
    }

    /// The engine of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name() == name)
    }
}

/// The marks that a caller gives an execution, to find it by: at most 20, each once, of at most 50
/// characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionTags(Vec<Text<50>>);

impl ExecutionTags {
    /// The most marks.
    pub const MAX: usize = 20;

    /// Checks the marks, which are sorted.
    pub fn new(mut tags: Vec<Text<50>>) -> Result<Self, Invalid> {
        if tags.len() > Self::MAX {
            return Err(Invalid::new(codes::LIST_TOO_LONG, format!("at most {}", Self::MAX)));
        }
        tags.sort();
        if tags.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Invalid::new(codes::VALUE_REPEATED, "each tag stands once"));
        }
        Ok(Self(tags))
    }

    /// The marks, sorted.
    #[must_use]
    pub fn as_slice(&self) -> &[Text<50>] {
        &self.0
    }
}
