//! Executes a prompt for one item, or for a judge.

use std::time::Duration;

use plinth_domain::{
    EXECUTION_INTERRUPTED, EvaluationId, EvaluationProgress, Execution, ExecutionTags, Failure,
    JsonObject, PromptChoice, PromptId, Text,
};
use plinth_ports::{IdempotencyKey, ModelChoice, PromptKey};

use super::{ANSWER_TOO_LONG, comparing::failure};
use crate::{
    Application, Caller, Error,
    executions::{ExecutionOrigin, Mode, NewExecution, Started, Subject, Update},
};

/// The most bytes of an answer that is compared.
const MAX_ANSWER: usize = 1024 * 1024;

/// How often an execution is begun whose process ends it before its time.
const INTERRUPTIONS: u8 = 5;

/// How often a call is tried again while the database, or this process, is overloaded.
const TRIES: u8 = 8;

/// Why an item has no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// This item has none; the others may have one.
    Item(Failure),
    /// No item will have one.
    All(Failure),
    /// Another attempt may have one.
    Retry(Error),
}

impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        let code = error.code();
        let of = |detail: &str| match code {
            Some(code) => failure(code, detail),
            None => failure(crate::NOT_FOUND, detail),
        };
        match &error {
            Error::Invalid(faults) => {
                let first = faults.first();
                Self::Item(match first {
                    Some(fault) => failure(
                        fault.invalid.code,
                        &format!("{}: {}", fault.pointer, fault.invalid.detail),
                    ),
                    None => of(&error.to_string()),
                })
            }
            Error::Exhausted { .. }
            | Error::UsedUp { .. }
            | Error::PlanLimit { .. }
            | Error::Conflict { .. }
            | Error::NotFound(_)
            | Error::Forbidden(_)
            | Error::Refused { .. } => Self::All(of(&error.to_string())),
            _ => Self::Retry(error),
        }
    }
}

/// What is executed.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) evaluation: EvaluationId,
    /// Tells the executions of an evaluation apart: with the same one, an execution is begun once.
    pub(super) step: String,
    pub(super) prompt: PromptId,
    pub(super) version: u16,
    pub(super) model: Option<ModelChoice>,
    pub(super) variables: JsonObject,
    /// Who made the evaluation.
    pub(super) by: ExecutionOrigin,
}

impl Asked {
    fn execution(&self) -> Result<NewExecution, Error> {
        let tag = Text::parse(&format!("evaluation:{}", self.evaluation));
        let tags = tag.and_then(|tag| ExecutionTags::new(vec![tag])).map_err(Error::internal)?;
        Ok(NewExecution {
            subject: Subject::Prompt {
                key: PromptKey::Id(self.prompt),
                choice: PromptChoice::Number(self.version),
                variables: self.variables.clone(),
                model: self.model.clone(),
                messages: None,
            },
            parameters: JsonObject::default(),
            tags,
            context: None,
            project: None,
            parent: None,
            on_behalf_of: Some(self.by),
            stream: false,
        })
    }
}

/// An execution that has ended, and its text.
pub(super) struct Answer {
    pub(super) execution: Execution,
    pub(super) text: Result<String, Failure>,
}

impl Answer {
    /// Tokens and cost.
    pub(super) fn used(&self) -> EvaluationProgress {
        let answer = &self.execution.answer;
        EvaluationProgress {
            tokens_input: answer.usage.input.into(),
            tokens_output: answer.usage.output.into(),
            cost: answer.cost.unwrap_or_default(),
            ..EvaluationProgress::default()
        }
    }
}

impl Application {
    /// Executes a prompt, and waits for the end. An attempt that goes on after another one gets the
    /// executions that the other one has begun.
    pub(super) async fn ask(&self, caller: &Caller, asked: &Asked) -> Result<Answer, Unanswered> {
        let mut begun = 0;
        loop {
            let key = format!("evaluation:{}:{}:{begun}", asked.evaluation, asked.step);
            let started = self.begin(caller, key, asked).await?;
            let answer = self.wait(started).await?;
            begun += 1;
            let why = answer.execution.failure.as_ref().map(|failure| failure.code.as_str());
            if why != Some(EXECUTION_INTERRUPTED.name()) || begun == INTERRUPTIONS {
                return Ok(answer);
            }
        }
    }

    async fn begin(
        &self,
        caller: &Caller,
        key: String,
        asked: &Asked,
    ) -> Result<Started, Unanswered> {
        let mut tries = 0;
        loop {
            let key = IdempotencyKey { key: key.clone(), fingerprint: [0; 32] };
            let new = asked.execution()?;
            let error = match self.start_execution(caller, Some(key), new, Mode::Here).await {
                Ok(started) => return Ok(started),
                Err(error) => error,
            };
            let is_passing = match &error {
                // As many executions run as may.
                Error::Exhausted { .. }
                | Error::Stale
                | Error::KeyInUse
                | Error::Overloaded { .. }
                | Error::Unavailable(_)
                | Error::TimedOut(_) => true,
                _ => false,
            };
            tries += 1;
            if !is_passing || tries == TRIES {
                return Err(if is_passing { Unanswered::Retry(error) } else { error.into() });
            }
            tokio::time::sleep(Duration::from_millis(100 << tries)).await;
        }
    }

    async fn wait(&self, started: Started) -> Result<Answer, Unanswered> {
        let mut follower = self.follow_execution(started.watched, 0);
        let mut text = Ok(String::new());
        while let Some(update) = follower.next().await.map_err(Unanswered::Retry)? {
            match update {
                Update::Text { text: more, .. } => {
                    let is_long = text
                        .as_ref()
                        .is_ok_and(|text: &String| text.len() + more.len() > MAX_ANSWER);
                    if is_long {
                        text = Err(failure(ANSWER_TOO_LONG, "the answer has more than 1 MiB"));
                    } else if let Ok(text) = &mut text {
                        text.push_str(&more);
                    }
                }
                Update::Ended(execution) => {
                    let execution = *execution;
                    if let Some(failure) = &execution.failure {
                        text = Err(failure.clone());
                    }
                    return Ok(Answer { execution, text });
                }
            }
        }
        Err(Unanswered::Retry(Error::internal("an execution has no end")))
    }
}
