use futures::future::BoxFuture;
use plinth_domain::{
    AgentGraphName, AgentModel, AgentQuestion, AgentRun, AgentRunDraft, AgentRunStatus, Failure,
    Id, JsonObject, Permission, Revision, Text,
};
use plinth_ports::{AgentRunFilter, AgentRuns, Result, UnitOfWork};
use uuid::Uuid;

use super::{Fixture, World};
use crate::fixture::at;

impl Fixture for AgentRun {
    /// The first five have not ended: an ended one never changes.
    fn make(run: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        let status = if n > 4 { AgentRunStatus::ALL[n % 6] } else { AgentRunStatus::ALL[n % 3] };
        let full = n.is_multiple_of(2);
        let object =
            |name: &str| JsonObject::from_parsed(format!("{{\"{name}\": {n},  \"a\": 1e308}}"));
        let number = n as u128;
        let failed = matches!(status, AgentRunStatus::Failed | AgentRunStatus::Cancelled);
        Self {
            id: run,
            organization: crate::fixture::id(),
            draft: AgentRunDraft {
                graph: AgentGraphName::ALL[n % 2],
                input: object("input"),
                model: AgentModel::parse(&format!("prompt:model-{n}@3")).unwrap(),
                spending_limit: full.then_some(i64::try_from(n).unwrap_or_default()),
                user: Id::from_uuid(Uuid::from_u128(200 + number)),
                started_by: full.then(|| Id::from_uuid(Uuid::from_u128(300 + number))),
                permissions: Permission::ALL.iter().copied().take(n).collect(),
            },
            status,
            key: full.then(|| Id::from_uuid(Uuid::from_u128(400 + number))),
            parts: u32::MAX - u32::try_from(n).unwrap(),
            question: (status == AgentRunStatus::Waiting).then(|| AgentQuestion {
                id: Text::parse(&format!("q{n}")).unwrap(),
                body: object("question"),
            }),
            output: (status == AgentRunStatus::Succeeded).then(|| object("output")),
            citations: format!("[{{\"number\": {n}}}]"),
            failure: failed.then(|| Failure {
                code: "agent.lost".to_owned(),
                detail: if full { String::new() } else { format!("lost {n}") },
            }),
            started_at: full.then(|| at(50)),
            ended_at: status.is_ended().then(|| at(100)),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<AgentRunFilter> {
        let any = AgentRunFilter::default;
        let user = Some(Id::from_uuid(Uuid::from_u128(203)));
        vec![
            AgentRunFilter { status: AgentRunStatus::Running.into(), ..any() },
            AgentRunFilter { graph: Some(AgentGraphName::InvoiceReader), ..any() },
            AgentRunFilter { user, ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { AgentRuns::insert(unit.agent_runs(), record).await })
    }
}
