//! Runs a part of a run in a worker: a command begins it, the runner says what happens, commands store
//! that, and how the part ends.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::StreamExt;
use plinth_domain::{AgentRunId, ApiKeyId, Permission};
use plinth_ports::{
    AgentAccess, AgentAnswer, AgentFault, AgentPart, AgentProgress, AgentRunner, AgentStart,
    AgentUpdate, Signal,
};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    begin::{BeginPart, Begun},
    events::{PartEnding, Pending, ended_by},
    finish::{EndPart, KeepEvents},
    start::{AGENT_SPENDING_LIMIT, AGENT_TOO_LONG},
};
use crate::{Application, Caller, Error, Query, Reading, View};

/// How often what happened is stored.
const EVERY: Duration = Duration::from_millis(250);

/// How much of it is stored before that, in bytes.
const SOONER: usize = 64 * 1024;

/// The most events of a run.
const MOST_EVENTS: u32 = 20_000;

/// How often a worker asks whether a run was cancelled, because a signal can get lost.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// The most steps of a part.
const MAX_STEPS: u32 = 50;

/// Where agents run, and what they reach.
#[derive(Clone)]
pub struct AgentSetup {
    /// The runner.
    pub runner: Arc<dyn AgentRunner>,
    /// The gateway as the runner reaches it, without a slash at the end.
    pub gateway_url: String,
    /// The API as the runner reaches it, without a slash at the end.
    pub api_url: String,
    /// The most time of a part.
    pub timeout: Duration,
}

/// What became of a part.
#[derive(Debug)]
pub enum PartRun {
    /// The run has ended, waits for an answer, or belongs to another worker.
    Done,
    /// It was not run, or not to its end; it waits for a worker again, and nothing is wrong.
    Again,
    /// The runner has failed; the run waits for a worker again.
    Failed(AgentFault),
}

/// Whether a part still belongs to its holder.
struct IsHeld {
    id: AgentRunId,
    holder: Uuid,
}

/// How the driving of a part ends.
enum Driven {
    Ended(PartEnding),
    Fault(AgentFault),
    /// The run was cancelled, or belongs to another worker.
    Lost,
    /// The worker ends.
    Stopped,
}

/// Whether the executions of a run have cost as much as they may.
struct IsSpent {
    key: ApiKeyId,
    limit: i64,
}

impl Query for IsSpent {
    const NAME: &'static str = "agent_run.is_spent";
    const PERMISSION: Permission = Permission::AgentRunCreate;
    type Output = bool;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<bool, Error> {
        let costs = view.unit.agent_run_parts().costs(&[self.key]).await?;
        Ok(costs.first().map_or(0, |(_, sum)| sum.cost) >= self.limit)
    }
}

impl Query for IsHeld {
    const NAME: &'static str = "agent_run.is_held";
    const PERMISSION: Permission = Permission::AgentRunCreate;
    type Output = bool;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<bool, Error> {
        Ok(view.unit.agent_run_parts().is_held(self.id, self.holder).await?)
    }
}

impl Application {
    /// Runs the next part of a run. When `stop` is cancelled, the run waits for a worker again, which
    /// goes on from the last checkpoint.
    pub async fn run_agent(
        &self,
        caller: &Caller,
        setup: &AgentSetup,
        id: AgentRunId,
        stop: &CancellationToken,
    ) -> Result<PartRun, Error> {
        let holder = self.ports.ids.next();
        let time = TimeDelta::from_std(setup.timeout).unwrap_or(TimeDelta::MAX);
        let begin = BeginPart { id, holder, time };
        let Some(begun) = self.execute(caller, begin).await? else { return Ok(PartRun::Done) };
        let mut log = Log {
            app: self,
            caller,
            id,
            holder,
            pending: Pending::default(),
            stored: begun.progress.events,
            has_checkpoint: begun.progress.checkpoint.is_some(),
            has_new_checkpoint: false,
            limit: begun.run.key.zip(begun.run.draft.spending_limit),
            came: false,
        };
        let part = part(setup, begun, caller);
        let driven = tokio::select! {
            driven = log.drive(setup, part) => driven?,
            lost = self.until_lost(caller, id, holder) => { lost?; Driven::Lost }
            () = stop.cancelled() => Driven::Stopped,
        };
        let (ending, became) = match driven {
            Driven::Lost => return Ok(PartRun::Done),
            Driven::Ended(ending) => (ending, PartRun::Done),
            Driven::Stopped => (PartEnding::Requeued, PartRun::Again),
            Driven::Fault(fault) => log.after(fault),
        };
        let last = log.rest();
        self.execute(caller, EndPart { last, ending }).await?;
        Ok(became)
    }

    /// Returns once the part does not belong to the holder any more.
    async fn until_lost(&self, caller: &Caller, id: AgentRunId, holder: Uuid) -> Result<(), Error> {
        let mut signals = self.ports.bus.subscribe();
        loop {
            let heard = async {
                while !matches!(signals.next().await, Signal::Executions | Signal::Missed) {}
            };
            let _ = tokio::time::timeout(ASK_EVERY, heard).await;
            match self.query(caller, IsHeld { id, holder }).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// What happens in a part, on its way into the store.
struct Log<'a> {
    app: &'a Application,
    caller: &'a Caller,
    id: AgentRunId,
    holder: Uuid,
    pending: Pending,
    stored: u32,
    has_checkpoint: bool,
    has_new_checkpoint: bool,
    /// What the executions by the key of the run may cost.
    limit: Option<(ApiKeyId, i64)>,
    /// Whether the runner has said anything.
    came: bool,
}

impl Log<'_> {
    async fn drive(&mut self, setup: &AgentSetup, part: AgentPart) -> Result<Driven, Error> {
        if self.is_spent().await? {
            return Ok(spent());
        }
        let mut events = match setup.runner.run(part).await {
            Ok(events) => events,
            Err(fault) => return Ok(Driven::Fault(fault)),
        };
        let mut due = Instant::now() + EVERY;
        loop {
            let next = timeout_at(due, events.next()).await;
            match next {
                Ok(Some(Ok(event))) => {
                    self.came = true;
                    let has_called = matches!(event.update, AgentUpdate::Usage(_));
                    if let Some(ending) = self.pending.take(event.update) {
                        return Ok(Driven::Ended(ending));
                    }
                    if has_called && self.is_spent().await? {
                        return Ok(spent());
                    }
                }
                Ok(Some(Err(fault))) => return Ok(Driven::Fault(fault)),
                Ok(None) => {
                    let detail = "the events ended before the part".to_owned();
                    return Ok(Driven::Fault(AgentFault::Lost(detail)));
                }
                Err(_) => {}
            }
            let is_due = Instant::now() >= due || self.pending.bytes >= SOONER;
            if is_due || self.pending.checkpoint.is_some() {
                due = Instant::now() + EVERY;
                if !self.keep().await? {
                    return Ok(Driven::Lost);
                }
                if self.stored >= MOST_EVENTS {
                    let detail = "the run has as many events as it may";
                    return Ok(Driven::Ended(ended_by(AGENT_TOO_LONG, detail)));
                }
            }
        }
    }

    async fn is_spent(&self) -> Result<bool, Error> {
        let Some((key, limit)) = self.limit else { return Ok(false) };
        self.app.query(self.caller, IsSpent { key, limit }).await
    }

    /// Stores what is pending. Answers whether the part still belongs to the holder.
    async fn keep(&mut self) -> Result<bool, Error> {
        if self.pending.is_empty() {
            return Ok(true);
        }
        let keep = self.rest();
        let is_held = self.app.execute(self.caller, keep).await?;
        Ok(is_held)
    }

    /// The command that stores what is pending.
    fn rest(&mut self) -> KeepEvents {
        let Pending { events, checkpoint, .. } = self.pending.drain();
        self.stored += u32::try_from(events.len()).unwrap_or(u32::MAX);
        self.has_checkpoint |= checkpoint.is_some();
        self.has_new_checkpoint |= checkpoint.is_some();
        KeepEvents { id: self.id, holder: self.holder, events, checkpoint }
    }

    /// What becomes of the run after a fault of the runner. It goes on from its last checkpoint, or
    /// from its beginning where nothing has come of it: what has come may have had effects.
    fn after(&self, fault: AgentFault) -> (PartEnding, PartRun) {
        let may_resume = self.has_checkpoint || !self.came;
        match &fault {
            AgentFault::Busy => (PartEnding::Requeued, PartRun::Again),
            AgentFault::Unreachable(_) | AgentFault::Misconfigured(_) => {
                (PartEnding::Requeued, PartRun::Failed(fault))
            }
            // A part that has come further is no failed attempt: the next one begins where it ended.
            AgentFault::Lost(_) if self.has_new_checkpoint => {
                (PartEnding::Requeued, PartRun::Again)
            }
            AgentFault::Lost(_) if may_resume => (PartEnding::Requeued, PartRun::Failed(fault)),
            AgentFault::Lost(_) | AgentFault::TimedOut | AgentFault::Refused(_) => {
                (ended_by(fault.code(), &fault.to_string()), PartRun::Done)
            }
        }
    }
}

fn spent() -> Driven {
    let detail = "the executions of the run have cost as much as they may";
    Driven::Ended(ended_by(AGENT_SPENDING_LIMIT, detail))
}

fn part(setup: &AgentSetup, begun: Begun, caller: &Caller) -> AgentPart {
    let Begun { run, secret, progress } = begun;
    let start = match progress {
        AgentProgress { checkpoint: Some(state), answer, .. } => {
            let answer = answer.map(|(question, body)| AgentAnswer { question, body });
            AgentStart::Checkpoint { state, answer }
        }
        AgentProgress { .. } => AgentStart::Input(run.draft.input.as_str().to_owned()),
    };
    AgentPart {
        run: run.id.uuid(),
        graph: run.draft.graph.name().to_owned(),
        start,
        model: run.draft.model.as_str().to_owned(),
        access: AgentAccess {
            gateway_url: setup.gateway_url.clone(),
            api_url: setup.api_url.clone(),
            key: secret.expose().into(),
        },
        max_steps: MAX_STEPS,
        // Events get their numbers where they are stored: pieces of text become one event.
        after: 0,
        timeout: setup.timeout,
        traceparent: caller.origin.trace_parent.clone(),
    }
}

/// Whether the store is only away for a moment.
const fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Unavailable(_) | Error::TimedOut(_) | Error::Overloaded { .. })
}
