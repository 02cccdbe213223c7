//! The jobs of runs of agents.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use plinth_application::agents::{AbandonAgentRun, AgentSetup, PartRun, RunAgent};
use plinth_domain::OrganizationId;
use plinth_ports::AgentFault;

use crate::{Handler, JobContext, JobFailure};

/// The time to store the end of a part.
const STORING: Duration = Duration::from_mins(1);

/// How long a run that finds no place keeps its turn, so that it does not ask again at once.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs agents. One organization has at most half of the places of a worker.
pub struct AgentRunHandler {
    setup: AgentSetup,
    at_once: usize,
    running: Mutex<HashMap<OrganizationId, usize>>,
}

/// A place of an organization; dropping it frees it.
struct Place<'a> {
    handler: &'a AgentRunHandler,
    organization: OrganizationId,
}

/// The run was not run, and nothing is wrong.
#[derive(Debug, thiserror::Error)]
#[error("the run waits for a place")]
struct NoPlace;

impl AgentRunHandler {
    /// Runs at most so many agents at once.
    #[must_use]
    pub fn new(setup: AgentSetup, at_once: usize) -> Self {
        Self { setup, at_once, running: Mutex::default() }
    }

    fn enter(&self, organization: OrganizationId) -> Option<Place<'_>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let own = running.entry(organization).or_default();
        if *own >= self.at_once.div_ceil(2) {
            return None;
        }
        *own += 1;
        Some(Place { handler: self, organization })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let running = &self.handler.running;
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = running.get_mut(&self.organization) {
            *own -= 1;
            if *own == 0 {
                running.remove(&self.organization);
            }
        }
    }
}

#[async_trait]
impl Handler for AgentRunHandler {
    type Job = RunAgent;

    fn timeout(&self) -> Duration {
        self.setup.timeout + STORING
    }

    fn at_once(&self) -> Option<usize> {
        Some(self.at_once)
    }

    async fn run(&self, job: RunAgent, ctx: JobContext) -> Result<(), JobFailure> {
        let Some(_place) = self.enter(ctx.job().organization) else {
            return Err(postponed(&ctx).await);
        };
        let (app, caller) = (ctx.application(), ctx.caller());
        match app.run_agent(caller, &self.setup, job.run, ctx.cancelled()).await? {
            PartRun::Done => Ok(()),
            PartRun::Again => Err(postponed(&ctx).await),
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

async fn postponed(ctx: &JobContext) -> JobFailure {
    tokio::select! {
        () = tokio::time::sleep(PAUSE) => {}
        () = ctx.cancelled().cancelled() => {}
    }
    JobFailure::Busy(NoPlace.into())
}
