//! The jobs of runs of agents.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::agents::{AbandonAgentRun, AgentSetup, PartRun, RunAgent};
use plinth_ports::AgentFault;

use crate::{
    Handler, JobContext, JobFailure,
    shares::{Shares, without_place},
};

/// The time to store the end of a part.
const STORING: Duration = Duration::from_mins(1);

/// Runs agents. One organization has at most half of the places of a worker.
pub struct AgentRunHandler {
    setup: AgentSetup,
    shares: Shares,
}

impl AgentRunHandler {
    /// Runs at most so many agents at once.
    #[must_use]
    pub fn new(setup: AgentSetup, at_once: usize) -> Self {
        Self { setup, shares: Shares::of(at_once) }
    }
}

#[async_trait]
impl Handler for AgentRunHandler {
    type Job = RunAgent;

    fn timeout(&self) -> Duration {
        self.setup.timeout + STORING
    }

    fn at_once(&self) -> Option<usize> {
        Some(self.shares.at_once())
    }

    async fn run(&self, job: RunAgent, ctx: JobContext) -> Result<(), JobFailure> {
        let Some(_place) = self.shares.enter(ctx.job().organization) else {
            return Err(without_place(&ctx).await);
        };
        let (app, caller) = (ctx.application(), ctx.caller());
        match app.run_agent(caller, &self.setup, job.run, ctx.cancelled()).await? {
            PartRun::Done => Ok(()),
            PartRun::Again => Err(without_place(&ctx).await),
            PartRun::Failed(fault) => {
                let code = fault.code();
                let error = &fault as &dyn std::error::Error;
                tracing::warn!(error, code = code.name(), run = %job.run, "a part of an agent's run failed");
                Err(JobFailure::retry(Runner(fault)))
            }
        }
    }

    /// Without an attempt left, a queued run would wait for ever.
    async fn dead_letter(&self, job: Option<RunAgent>, ctx: JobContext) -> Result<(), JobFailure> {
        if let Some(RunAgent { run }) = job {
            ctx.execute(AbandonAgentRun { id: run }).await?;
        }
        Ok(())
    }
}

/// A fault of the runner as the members of the organization see it: addresses are the operator's.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.code().name())]
struct Runner(#[source] AgentFault);
