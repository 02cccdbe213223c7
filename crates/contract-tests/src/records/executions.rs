use futures::future::BoxFuture;
use plinth_domain::{
    Answer, Engine, Execution, ExecutionContext, ExecutionDraft, ExecutionStatus, ExecutionTags,
    Failure, FinishReason, Id, JsonObject, Reservation, Revision, Text, TokenUsage, UsageSource,
    UsedChunk, VectorUse,
};
use plinth_ports::{Executions, Result, UnitOfWork, records::executions::ExecutionFilter};
use uuid::Uuid;

use super::{Fixture, World};
use crate::fixture::at;

impl Fixture for Execution {
    /// The first five have not ended: an ended one never changes.
    fn make(execution: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let status = if n > 4 { ExecutionStatus::ALL[n % 6] } else { ExecutionStatus::ALL[n % 2] };
        let full = n.is_multiple_of(2);
        let ended = status.is_ended();
        let number = u32::try_from(n).unwrap();
        let failed = ended && status != ExecutionStatus::Succeeded;
        Self {
            id: execution,
            organization: crate::fixture::id(),
            draft: draft(n, world),
            status,
            started_at: full.then(|| at(number.into())),
            ended_at: ended.then(|| at(100)),
            model: world.id(n / 2),
            answer: Answer {
                text: format!("grüße {n}"),
                characters: 7 + number,
                tool_calls: full.then(|| format!("[{{\"index\": {n}}}]")),
                finish: full.then_some(FinishReason::ALL[n / 2 % 4]),
                usage: TokenUsage {
                    input: number,
                    output: u32::MAX - number,
                    cached: 1 + number,
                    cache_written: 2 + number,
                    reasoning: 3 + number,
                },
                usage_source: UsageSource::ALL[n % 3],
                cost: full.then(|| i64::MAX - i64::from(number)),
                first_token_ms: full.then_some(number),
                latency_ms: full.then_some(u32::MAX - number),
            },
            failure: failed.then(|| Failure {
                code: "provider.auth".to_owned(),
                detail: if full { String::new() } else { format!("refused {n}") },
            }),
            attempts: u16::MAX - u16::try_from(n).unwrap(),
            reservation: Reservation {
                amount: i64::from(number),
                periods: (0..n % 3).map(|_| crate::fixture::id()).collect(),
            },
            content_removed_at: (n == 8).then(|| at(200)),
            revision,
        }
    }

    fn filters(world: &World) -> Vec<ExecutionFilter> {
        let any = ExecutionFilter::default;
        vec![
            ExecutionFilter { status: ExecutionStatus::Running.into(), ..any() },
            ExecutionFilter { project: Some(world.id(1)), ..any() },
            ExecutionFilter { prompt: Some(world.id(0)), ..any() },
            ExecutionFilter { version: Some(1), ..any() },
            ExecutionFilter { model: Some(world.id(1)), ..any() },
            ExecutionFilter { tag: Text::parse("tag-3").ok(), ..any() },
            ExecutionFilter { parent: Some(Id::from_uuid(Uuid::from_u128(2))), ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Executions::insert(unit.executions(), record, None).await })
    }
}

fn draft(n: usize, world: &World) -> ExecutionDraft {
    let full = n.is_multiple_of(2);
    let number = n as u128;
    let tags = (0..n % 4).map(|tag| Text::parse(&format!("tag-{}", tag + n)).unwrap());
    ExecutionDraft {
        prompt: full.then(|| (world.id(n / 2), 1)),
        project: n.is_multiple_of(3).then(|| world.id(n / 3)),
        model: Id::from_uuid(Uuid::from_u128(100 + number)),
        engine: Engine::ALL[n % 2],
        input: JsonObject::from_parsed(format!("{{\"n\": {n},  \"kept\": 1e308}}")),
        context: (n % 3 < 2).then(|| ExecutionContext {
            vectors: VectorUse::ALL[n % 3],
            chunks: (0..n % 3).map(|_| chunk(number)).collect(),
        }),
        tags: ExecutionTags::new(tags.collect()).unwrap(),
        parent: full.then(|| Id::from_uuid(Uuid::from_u128(number))),
        user: full.then(|| Id::from_uuid(Uuid::from_u128(200 + number))),
        api_key: full.then(|| Id::from_uuid(Uuid::from_u128(300 + number))),
        trace: full.then(|| format!("{n:032x}")),
    }
}

fn chunk(number: u128) -> UsedChunk {
    let id = |from: u128| Uuid::from_u128(from + number);
    UsedChunk {
        chunk: Id::from_uuid(id(400)),
        document: Id::from_uuid(id(500)),
        version: Id::from_uuid(id(600)),
        position: 9999,
        score: u32::MAX,
    }
}
