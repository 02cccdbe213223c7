//! What follows a failed call of a model.

use std::time::Duration;

use plinth_domain::ModelFault;
use plinth_ports::CallError;

/// The wait before the first retry, without jitter.
const SHORTEST: Duration = Duration::from_millis(500);

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextAttempt {
    /// The same model is asked again after this wait.
    Retry(Duration),
    /// The next model is asked.
    FallBack,
    /// The execution fails.
    GiveUp,
}

/// What is known when a call has failed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed<'a> {
    pub(super) error: &'a CallError,
    /// How many calls of this model have failed, from 1.
    pub(super) calls: u32,
    /// Whether another model may be asked.
    pub(super) has_fallback: bool,
    /// Whether a part of the answer has come.
    pub(super) has_content: bool,
    /// What is left of the whole time.
    pub(super) left: Duration,
    /// 0 to 1, other for each execution.
    pub(super) jitter: f64,
}

impl NextAttempt {
    /// Decides. Nothing follows once a part of the answer has come: it has been passed on.
    pub(super) fn after(failed: Failed<'_>) -> Self {
        let Failed { error, calls, has_fallback, has_content, left, jitter } = failed;
        if has_content || error.fault == ModelFault::TotalTimeout || left.is_zero() {
            return Self::GiveUp;
        }
        if let Some(wait) = wait(error, calls, jitter).filter(|wait| *wait < left) {
            return Self::Retry(wait);
        }
        if has_fallback && error.fault.may_fall_back() { Self::FallBack } else { Self::GiveUp }
    }
}

/// How long to wait before the same model is asked again; `None` where it is not.
fn wait(error: &CallError, calls: u32, jitter: f64) -> Option<Duration> {
    if calls > error.fault.retries() {
        return None;
    }
    let backoff = (SHORTEST * 2_u32.pow(calls.min(10) - 1)).mul_f64(0.5 + jitter / 2.0);
    match error.fault {
        // Without a time, a provider that limits requests is not asked again.
        ModelFault::RateLimited => error.retry_after,
        _ => Some(error.retry_after.unwrap_or(backoff).max(backoff)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Duration = Duration::from_mins(1);

    fn error(fault: ModelFault, retry_after: Option<u64>) -> CallError {
        CallError {
            fault,
            status: None,
            detail: String::new(),
            retry_after: retry_after.map(Duration::from_secs),
            provider_request_id: None,
        }
    }

    fn after(error: &CallError, calls: u32, has_fallback: bool) -> NextAttempt {
        let (has_content, jitter) = (false, 1.0);
        NextAttempt::after(Failed { error, calls, has_fallback, has_content, left: LEFT, jitter })
    }

    #[test]
    fn a_provider_that_is_out_of_order_is_asked_three_times_and_then_the_next_one() {
        let error = error(ModelFault::Unavailable, None);
        assert_eq!(after(&error, 1, true), NextAttempt::Retry(Duration::from_millis(500)));
        assert_eq!(after(&error, 2, true), NextAttempt::Retry(Duration::from_secs(1)));
        assert_eq!(after(&error, 3, true), NextAttempt::FallBack);
        assert_eq!(after(&error, 3, false), NextAttempt::GiveUp);
    }

    #[test]
    fn a_limit_is_waited_for_when_its_time_fits() {
        let limited = |seconds| error(ModelFault::RateLimited, seconds);
        let wait = NextAttempt::Retry(Duration::from_secs(7));
        assert_eq!(after(&limited(Some(7)), 1, true), wait);
        assert_eq!(after(&limited(Some(61)), 1, true), NextAttempt::FallBack);
        assert_eq!(after(&limited(None), 1, true), NextAttempt::FallBack);
        assert_eq!(after(&limited(Some(7)), 2, true), NextAttempt::FallBack);
    }

    #[test]
    fn what_no_repetition_mends_is_not_repeated() {
        for fault in [ModelFault::Auth, ModelFault::ModelUnknown, ModelFault::Quota] {
            assert_eq!(after(&error(fault, Some(1)), 1, true), NextAttempt::FallBack, "{fault:?}");
            assert_eq!(after(&error(fault, Some(1)), 1, false), NextAttempt::GiveUp, "{fault:?}");
        }
        assert_eq!(after(&error(ModelFault::Rejected, None), 1, true), NextAttempt::GiveUp);
    }

    #[test]
    fn nothing_follows_a_part_of_an_answer_or_the_end_of_the_time() {
        let error = error(ModelFault::Unavailable, None);
        let failed = |has_content, left| Failed {
            error: &error,
            calls: 1,
            has_fallback: true,
            has_content,
            left,
            jitter: 0.0,
        };
        assert_eq!(NextAttempt::after(failed(true, LEFT)), NextAttempt::GiveUp);
        assert_eq!(NextAttempt::after(failed(false, Duration::ZERO)), NextAttempt::GiveUp);
        let little = Duration::from_millis(100);
        assert_eq!(NextAttempt::after(failed(false, little)), NextAttempt::FallBack);
    }
}
