use std::time::Duration;

use plinth_domain::Job;
use plinth_ports::{JobOutcome, Secrets};

use crate::{JobFailure, backoff, leases::StopReason};

/// How one attempt ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The handler returned.
    Returned(Result<(), JobFailure>),
    /// It panicked.
    Panicked,
    /// It exceeded its handler's timeout.
    TimedOut(Duration),
    /// It was asked to stop, and was aborted.
    Halted,
}

impl Ending {
    /// Its name in metrics.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Returned(Ok(())) => "succeeded",
            Self::Returned(Err(JobFailure::Retry(_))) => "failed",
            Self::Returned(Err(JobFailure::Busy(_) | JobFailure::Later(..))) => "postponed",
            Self::Returned(Err(JobFailure::Permanent(_))) => "failed_for_good",
            Self::Panicked => "panicked",
            Self::TimedOut(_) => "timed_out",
            Self::Halted => "halted",
        }
    }

    /// The job's outcome; `None` when the lease is lost, so that no outcome may be stored. A
    /// success counts even if the attempt was asked to stop.
    pub(crate) fn outcome(
        &self,
        job: &Job,
        stop: Option<StopReason>,
        secrets: &dyn Secrets,
    ) -> Option<JobOutcome> {
        match (self, stop) {
            (_, Some(StopReason::LeaseLost)) => return None,
            (Self::Returned(Ok(())), _) => return Some(JobOutcome::Succeeded),
            (_, None) => {}
            (_, Some(StopReason::Cancelled)) => return Some(JobOutcome::Cancelled),
            (_, Some(StopReason::Stopping)) => return Some(JobOutcome::Released),
        }
        let mut code = None;
        let error = match self {
            Self::Returned(Ok(()) | Err(JobFailure::Busy(_))) | Self::Halted => {
                return Some(JobOutcome::Released);
            }
            Self::Returned(Err(JobFailure::Later(error, retry_after))) => {
                let code = JobFailure::code_of(&**error).map(|code| code.name().to_owned());
                let (error, retry_after) = (error.to_string(), *retry_after);
                return Some(JobOutcome::Postponed { error, code, retry_after });
            }
            Self::Returned(Err(failure)) => {
                code = failure.code().map(|code| code.name().to_owned());
                failure.to_string()
            }
            Self::Panicked => "handler panicked".to_owned(),
            Self::TimedOut(timeout) => format!("timed out after {} s", timeout.as_secs_f64()),
        };
        let for_good = matches!(self, Self::Returned(Err(JobFailure::Permanent(_))));
        Some(if for_good || job.attempt >= job.max_attempts {
            JobOutcome::Dead { error, code }
        } else {
            let retry_after = backoff::after(job.attempt, secrets.random());
            JobOutcome::Failed { error, code, retry_after }
        })
    }
}
