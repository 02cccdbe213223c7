use std::{io, process::ExitStatus, time::Duration};

/// The child gave neither a reply nor a verdict, and its input is not the cause. Another attempt
/// may succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The child does not start, or its pipes fail.
    #[error("the child process cannot be used")]
    Process(#[from] io::Error),
    /// The wall-clock time was over, which depends on what else the machine does.
    #[error("the child process took longer than {} s of wall-clock time", .0.as_secs_f64())]
    OutOfTime(Duration),
    /// The child ended without a reply.
    #[error("the child process ended without a reply: {status}: {said}")]
    NoReply {
        /// How it ended.
        status: ExitStatus,
        /// The beginning of its standard error.
        said: String,
    },
    /// The child's first line is not a [`Confinement`](crate::Confinement).
    #[error("the child process does not answer as expected")]
    Unexpected,
}
