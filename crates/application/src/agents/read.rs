//! Reading runs.

use plinth_domain::{AgentRun, AgentRunId, Permission};
use plinth_ports::{AgentRunCost, AgentRunEvent, AgentRunFilter, AgentRunSort, Page, PageRequest};

use crate::{Error, Query, Reading, View, resource::Found};

/// The most events that are read at once.
pub const MAX_AGENT_EVENTS: u16 = 200;

/// A run with what it cost until now.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRunDetails {
    /// The run.
    pub run: AgentRun,
    /// What its executions come to.
    pub cost: AgentRunCost,
}

/// Reads one run.
#[derive(Debug, Clone, Copy)]
pub struct GetAgentRun {
    /// The run.
    pub id: AgentRunId,
}

impl Query for GetAgentRun {
    const NAME: &'static str = "agent_run.get";
    const PERMISSION: Permission = Permission::AgentRunRead;
    type Output = AgentRunDetails;

    async fn run(self, view: &mut View<'_>) -> Result<AgentRunDetails, Error> {
        let run = view.unit.agent_runs().get(self.id).await?;
        let cost = with_costs(view, vec![run]).await?.pop();
        cost.ok_or(Error::NotFound("agent_run"))
    }
}

/// Lists runs.
#[derive(Debug)]
pub struct ListAgentRuns {
    /// Selects the runs.
    pub filter: AgentRunFilter,
    /// The order and the position.
    pub page: PageRequest<AgentRunSort>,
}

impl Query for ListAgentRuns {
    const NAME: &'static str = "agent_run.list";
    const PERMISSION: Permission = Permission::AgentRunRead;
    type Output = Page<AgentRunDetails>;

    fn reading(&self) -> Reading {
        // Neither status nor graph has an index.
        let is_slow = self.filter.graph.is_some() || self.filter.status.values().is_some();
        if is_slow || self.page.is_special() { Reading::Slowly } else { Reading::Together }
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<AgentRunDetails>, Error> {
        let Page { items, next, total } =
            view.unit.agent_runs().list(&self.filter, &self.page).await?;
        Ok(Page { items: with_costs(view, items).await?, next, total })
    }
}

async fn with_costs(
    view: &mut View<'_>,
    runs: Vec<AgentRun>,
) -> Result<Vec<AgentRunDetails>, Error> {
    let keys: Vec<_> = runs.iter().filter_map(|run| run.key).collect();
    let costs = view.unit.agent_run_parts().costs(&keys).await?;
    let cost = |run: &AgentRun| {
        let found = costs.iter().find(|(key, _)| run.key == Some(*key));
        found.map(|(_, cost)| *cost).unwrap_or_default()
    };
    Ok(runs.into_iter().map(|run| AgentRunDetails { cost: cost(&run), run }).collect())
}

/// Reads the events of a run behind a number.
#[derive(Debug, Clone, Copy)]
pub struct ReadAgentEvents {
    /// The run.
    pub id: AgentRunId,
    /// The number of the last event that is known; 0 for none.
    pub after: u32,
    /// The most events, at most [`MAX_AGENT_EVENTS`].
    pub limit: u16,
}

/// The state of a run, with what happened in it.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRunUpdates {
    /// The run.
    pub run: AgentRun,
    /// The events, in their order.
    pub events: Vec<AgentRunEvent>,
    /// Whether there may be more at this moment.
    pub has_more: bool,
}

impl Query for ReadAgentEvents {
    const NAME: &'static str = "agent_run.events";
    const PERMISSION: Permission = Permission::AgentRunRead;
    type Output = AgentRunUpdates;

    async fn run(self, view: &mut View<'_>) -> Result<AgentRunUpdates, Error> {
        let run = view.unit.agent_runs().get(self.id).await?;
        let parts = view.unit.agent_run_parts();
        let events = parts.events(self.id, self.after, self.limit).await?;
        let last = events.last().map_or(self.after, |event| event.number);
        let has_more = !parts.events(self.id, last, 1).await?.is_empty();
        Ok(AgentRunUpdates { run, events, has_more })
    }
}
