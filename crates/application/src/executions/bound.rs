//! Executions that end with the client that waits for them.

use std::sync::Arc;

use plinth_domain::{Execution, ExecutionId, Permission};
use plinth_ports::ChatEvent;
use tokio::sync::watch;

use super::{
    input::NewExecution,
    live::{Live, Passed, Stop},
    start::StartExecution,
};
use crate::{
    Application, Caller, Command, Error,
    execute::{detached, use_case_span},
};

/// An execution of this process. It is cancelled when this is dropped before its end.
pub struct BoundExecution {
    live: Arc<Live>,
    passed: Passed,
    changes: watch::Receiver<u64>,
}

/// What a model said, whole or in part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// What it said instead of an answer that it refused.
    pub refusal: Option<String>,
    /// The calls of tools, as a JSON array in the form of OpenAI's messages.
    pub tool_calls: Option<String>,
}

impl Application {
    /// Stores an execution, and runs it as long as the result is held. When the caller's future is
    /// dropped meanwhile, so is the result, and the execution is cancelled.
    pub async fn start_bound_execution(
        &self,
        caller: &Caller,
        new: NewExecution,
    ) -> Result<BoundExecution, Error> {
        let scope = self.admit(caller, Permission::ExecutionCreate, StartExecution::NAME)?;
        let place = self.keeper.enter(caller.access.organization())?;
        let (draft, plan) = self.plan_new(caller, new).await?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span(StartExecution::NAME), async move {
            let holder = Some(app.keeper.holder());
            let command = StartExecution::of(draft, &plan, holder);
            let started = app.execute(&caller, command).await?;
            let live = app.spawn_run(caller, scope, place, started, plan);
            let changes = live.changes();
            Ok(BoundExecution { live, passed: Passed::default(), changes })
        })
        .await
    }
}

impl BoundExecution {
    /// The execution.
    #[must_use]
    pub fn id(&self) -> ExecutionId {
        self.live.id
    }

    /// Waits for more of the answer: texts, refusals, and pieces of calls of tools, whose index is
    /// their place. `None` once it has ended, and all was passed on. Nothing is lost when the future is
    /// dropped.
    pub async fn more(&mut self) -> Option<Vec<ChatEvent>> {
        loop {
            self.changes.mark_unchanged();
            let (events, is_over) = self.live.since(&mut self.passed);
            if !events.is_empty() {
                return Some(events);
            }
            if is_over {
                return None;
            }
            // The sender lives as long as `live`.
            let _ = self.changes.changed().await;
        }
    }

    /// Waits for the end, and returns the execution; `None` where its end could not be stored.
    pub async fn ended(&mut self) -> Option<Box<Execution>> {
        // The sender lives as long as `live`.
        let _ = self.changes.wait_for(|_| self.live.is_over()).await;
        self.live.ended()
    }

    /// What the model said until now.
    #[must_use]
    pub fn said(&self) -> Said {
        let (mut text, refused_from) = self.live.said();
        let refusal = refused_from.map(|byte| text.split_off(byte));
        Said { text, refusal, tool_calls: self.live.tool_calls() }
    }

    /// The vectors of an embedding model, one for each input. They are given out once.
    #[must_use]
    pub fn vectors(&self) -> Vec<Vec<f32>> {
        self.live.vectors()
    }

    /// Ends it because the server stops: it fails as interrupted, with what came until now.
    pub fn interrupt(&self) {
        self.live.stop(Stop::Interrupted);
    }
}

impl Drop for BoundExecution {
    fn drop(&mut self) {
        // Without effect on an execution that has ended.
        self.live.stop(Stop::Cancelled);
    }
}
