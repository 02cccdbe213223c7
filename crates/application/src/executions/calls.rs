//! The calls of models of one execution, until one answers or none is left.

use std::time::Duration;

use futures::StreamExt;
use plinth_domain::{
    Attempt, Cause, EXECUTION_CANCELLED, EXECUTION_INTERRUPTED, ExecutionId, Failure, ModelFault,
    ModelKind, ModelTimeouts, TokenUsage, UsageSource,
};
use plinth_ports::{CallError, Clock, ModelClient, ModelEndpoint};
use tokio::time::Instant;

use super::{
    held_texts::TooMuch,
    live::{Live, Stop},
    next_attempt::{Failed, NextAttempt},
    plan::{Callable, Plan, input_tokens},
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
            let mut head = Head::default();
            let outcome = tokio::select! {
                biased;
                stop = self.live.stopped() => Err(Ended::Stopped(stop)),
                answered = self.call(model, deadline - began, &mut head) => {
                    answered.map_err(Ended::Failed)
                }
            };
            let number = u16::try_from(attempts.len() + 1).unwrap_or(u16::MAX);
            let attempt = Attempt {
                number,
                started_at,
                latency_ms: milliseconds(began.elapsed()),
                ..self.attempt(model, head, outcome.as_ref().err())
            };
            attempts.push(attempt);
            let error = match outcome {
                Ok(()) => return Asked::Answered,
                Err(Ended::Stopped(stop)) => return Asked::Stopped(stop),
                Err(Ended::Failed(error)) => error,
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
    async fn call(
        &self,
        model: &Callable,
        left: Duration,
        head: &mut Head,
    ) -> Result<(), CallError> {
        let timeouts = ModelTimeouts { total: left, ..model.endpoint.timeouts };
        let endpoint = ModelEndpoint { timeouts, ..model.endpoint.clone() };
        if model.model.kind == ModelKind::Embedding {
            return self.embed(model, &endpoint, head).await;
        }
        let mut answer = self.client.chat(&endpoint, &model.request).await?;
        *head = Head { has_come: true, provider_request: answer.provider_request_id.take() };
        while let Some(event) = answer.events.next().await {
            let too_long = |much: TooMuch| broken(ModelFault::TooLarge, much.detail());
            self.live.take(event?).map_err(too_long)?;
        }
        if self.live.finish().is_some() {
            return Ok(());
        }
        Err(broken(ModelFault::StreamIncomplete, "the answer ended without its reason"))
    }

    /// One call of an embedding model. Its inputs stand in the place of messages.
    async fn embed(
        &self,
        model: &Callable,
        endpoint: &ModelEndpoint,
        head: &mut Head,
    ) -> Result<(), CallError> {
        let request = &model.request;
        // They were written as a list of texts.
        let inputs: Vec<String> = serde_json::from_str(&request.messages).unwrap_or_default();
        let answer = self.client.embed(endpoint, &inputs, &request.parameters).await?;
        *head = Head { has_come: true, provider_request: answer.provider_request_id };
        self.live.take_vectors(answer.vectors, answer.usage);
        Ok(())
    }

    /// What a call that has just ended was.
    fn attempt(&self, model: &Callable, head: Head, ended: Option<&Ended>) -> Attempt {
        let (usage, usage_source) = self.usage(model, head.has_come);
        let cost = match usage_source {
            UsageSource::None => Some(0),
            _ => model.price.map(|price| price.cost(usage)),
        };
        let error = ended.and_then(Ended::error);
        let answered = head.has_come.then_some(200);
        let refused = || error.and_then(|error| error.provider_request_id.clone());
        let provider_request = head.provider_request.or_else(refused);
        Attempt {
            execution: self.live.id,
            number: 0,
            model: model.model.id,
            started_at: self.clock.now(),
            latency_ms: 0,
            http_status: error.and_then(|error| error.status).or(answered),
            provider_request: provider_request.map(|id| id.chars().take(200).collect()),
            failure: ended.map(Ended::failure),
            usage,
            usage_source,
            cost,
        }
    }

    /// The tokens of a call that has just ended: those that its provider counted, or, where it has
    /// begun to answer without a count, an estimate.
    fn usage(&self, model: &Callable, has_head: bool) -> (TokenUsage, UsageSource) {
        if let Some(usage) = self.live.take_usage() {
            return (usage, UsageSource::Provider);
        }
        if !has_head {
            return (TokenUsage::default(), UsageSource::None);
        }
        let usage = TokenUsage {
            input: input_tokens(&model.request),
            output: tokens(self.live.bytes()),
            ..TokenUsage::default()
        };
        (usage, UsageSource::Estimated)
    }
}

/// The beginning of an answer.
#[derive(Debug, Default)]
struct Head {
    /// Whether the provider has taken the request: it counts the input from then on.
    has_come: bool,
    provider_request: Option<String>,
}

/// How a call ended without an answer.
enum Ended {
    Stopped(Stop),
    Failed(CallError),
}

impl Ended {
    const fn error(&self) -> Option<&CallError> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Stopped(_) => None,
        }
    }

    fn failure(&self) -> Failure {
        match self {
            Self::Failed(error) => Failure::new(error.fault.code(), &error.detail),
            Self::Stopped(Stop::Cancelled) => {
                Failure::new(EXECUTION_CANCELLED, "a caller ended the execution")
            }
            Self::Stopped(Stop::Interrupted | Stop::Lost) => {
                Failure::new(EXECUTION_INTERRUPTED, "the process that ran it ended")
            }
        }
    }
}

/// How the calls of one model ended.
enum Asked {
    Answered,
    Stopped(Stop),
    Failed { error: CallError, is_last: bool },
}

fn broken(fault: ModelFault, detail: &str) -> CallError {
    CallError {
        fault,
        status: None,
        detail: detail.to_owned(),
        retry_after: None,
        provider_request_id: None,
    }
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
