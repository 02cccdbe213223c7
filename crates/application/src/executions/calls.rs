//! The calls of models of one execution, until one answers or none is left.

use std::time::Duration;

use futures::StreamExt;
use plinth_domain::{
    Attempt, Cause, ExecutionId, Failure, ModelFault, ModelTimeouts, TokenUsage, UsageSource,
};
use plinth_ports::{CallError, Clock, ModelClient, ModelEndpoint};
use tokio::time::Instant;

use super::{
    live::{Live, Stop},
    next_attempt::{Failed, NextAttempt},
    plan::{Callable, Plan},
    tokens::tokens,
};

/// The calls that were made.
#[derive(Debug, Default)]
pub(super) struct Called {
    pub(super) attempts: Vec<Attempt>,
    /// Why no model has ended its answer.
    pub(super) cause: Option<Cause>,
    /// Whether the lease is lost: there is nothing to store.
    pub(super) is_lost: bool,
}

/// Calls the models of one execution.
pub(super) struct Calls<'a> {
    pub(super) client: &'a dyn ModelClient,
    pub(super) clock: &'a dyn Clock,
    pub(super) live: &'a Live,
}

impl Calls<'_> {
    /// Calls one model after the other.
    pub(super) async fn run(&self, plan: &Plan) -> Called {
        let deadline = Instant::now() + plan.total;
        let mut attempts = Vec::new();
        let mut cause = None;
        for (place, model) in plan.models.iter().enumerate() {
            let has_fallback = place + 1 < plan.models.len();
            match self.ask(model, has_fallback, deadline, &mut attempts).await {
                Asked::Answered => return Called { attempts, cause: None, is_lost: false },
                Asked::Stopped(stop) => {
                    let is_lost = stop == Stop::Lost;
                    return Called { attempts, cause: Some(stop.into()), is_lost };
                }
                Asked::Failed { error, is_last } => {
                    cause = Some(Cause::Fault(error.fault, error.detail));
                    if is_last {
                        break;
                    }
                }
            }
        }
        Called { attempts, cause, is_lost: false }
    }

    /// Calls one model until it answers, or another one is to be asked.
    async fn ask(
        &self,
        model: &Callable,
        has_fallback: bool,
        deadline: Instant,
        attempts: &mut Vec<Attempt>,
    ) -> Asked {
        let mut calls = 0;
        loop {
            calls += 1;
            let (began, started_at) = (Instant::now(), self.clock.now());
            let outcome = tokio::select! {
                biased;
                stop = self.live.stopped() => Err(Ok(stop)),
                answered = self.call(model, deadline - began) => answered.map_err(Err),
            };
            let failure = outcome.as_ref().err().and_then(|e| e.as_ref().err());
            let number = u16::try_from(attempts.len() + 1).unwrap_or(u16::MAX);
            let attempt = Attempt {
                number,
                started_at,
                latency_ms: milliseconds(began.elapsed()),
                ..self.attempt(model, failure)
            };
            attempts.push(attempt);
            let error = match outcome {
                Ok(()) => return Asked::Answered,
                Err(Ok(stop)) => return Asked::Stopped(stop),
                Err(Err(error)) => error,
            };
            let failed = Failed {
                error: &error,
                calls,
                has_fallback,
                has_content: self.live.has_content(),
                left: deadline.saturating_duration_since(Instant::now()),
                jitter: jitter(self.live.id, calls),
            };
            let wait = match NextAttempt::after(failed) {
                NextAttempt::Retry(wait) => wait,
                NextAttempt::FallBack => return Asked::Failed { error, is_last: false },
                NextAttempt::GiveUp => return Asked::Failed { error, is_last: true },
            };
            tokio::select! {
                biased;
                stop = self.live.stopped() => return Asked::Stopped(stop),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// One call, to the end of its answer.
    async fn call(&self, model: &Callable, left: Duration) -> Result<(), CallError> {
        let timeouts = ModelTimeouts { total: left, ..model.endpoint.timeouts };
        let endpoint = ModelEndpoint { timeouts, ..model.endpoint.clone() };
        let mut answer = self.client.chat(&endpoint, &model.request).await?;
        while let Some(event) = answer.events.next().await {
            self.live.take(event?);
        }
        if self.live.finish().is_some() {
            return Ok(());
        }
        Err(CallError {
            fault: ModelFault::StreamIncomplete,
            status: None,
            detail: "the answer ended without its reason".to_owned(),
            retry_after: None,
            provider_request_id: answer.provider_request_id,
        })
    }

    /// What a call that has just ended was.
    fn attempt(&self, model: &Callable, error: Option<&CallError>) -> Attempt {
        let (usage, usage_source) = self.usage(model);
        let cost = match usage_source {
            UsageSource::None => Some(0),
            _ => model.price.map(|price| price.cost(usage)),
        };
        let provider_request = error.and_then(|error| error.provider_request_id.clone());
        Attempt {
            execution: self.live.id,
            number: 0,
            model: model.model.id,
            started_at: self.clock.now(),
            latency_ms: 0,
            http_status: error.map_or(Some(200), |error| error.status),
            provider_request: provider_request.map(|id| id.chars().take(200).collect()),
            failure: error.map(|error| Failure::new(error.fault.code(), &error.detail)),
            usage,
            usage_source,
            cost,
        }
    }

    /// The tokens of a call that has just ended: those that its provider counted, or, where something
    /// has come without a count, an estimate.
    fn usage(&self, model: &Callable) -> (TokenUsage, UsageSource) {
        if let Some(usage) = self.live.take_usage() {
            return (usage, UsageSource::Provider);
        }
        if !self.live.has_content() && self.live.finish().is_none() {
            return (TokenUsage::default(), UsageSource::None);
        }
        let usage = TokenUsage {
            input: tokens(model.request.messages.len()),
            output: tokens(self.live.bytes()),
            ..TokenUsage::default()
        };
        (usage, UsageSource::Estimated)
    }
}

/// How the calls of one model ended.
enum Asked {
    Answered,
    Stopped(Stop),
    Failed { error: CallError, is_last: bool },
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// 0 to 1: the identity of an execution ends with random bits.
fn jitter(execution: ExecutionId, calls: u32) -> f64 {
    let bytes = execution.uuid().into_bytes();
    let at = 8 + calls as usize % 7;
    f64::from(u16::from_be_bytes([bytes[at], bytes[at + 1]])) / f64::from(u16::MAX)
}
