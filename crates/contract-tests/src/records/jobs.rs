use std::borrow::Cow;

use futures::future::BoxFuture;
use plinth_domain::{Id, Job, JobState, JsonObject, Revision};
use plinth_ports::{
    JobFilter, OneOf, Result, StoreError, UnitOfWork, records::jobs::DEDUP_KEY_TAKEN,
};

use super::{Fixture, World};
use crate::fixture::at;

impl Fixture for Job {
    fn make(id: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let full = n.is_multiple_of(2);
        let number = u16::try_from(n).unwrap();
        Self {
            id,
            organization: world.tenant.id(),
            kind: Cow::Borrowed(["test.a", "test.b"][n % 2]),
            payload: JsonObject::from_parsed(if full { r#"{"a": 1}"# } else { "{}" }.to_owned()),
            priority: if full { -100 } else { 100 },
            // Only the queue sets the state `running`.
            state: match n % 5 {
                0 => JobState::Succeeded,
                1 => JobState::Queued,
                2 => JobState::Dead,
                3 => JobState::Failed,
                _ => JobState::Cancelled,
            },
            attempt: number,
            max_attempts: if full { u16::MAX } else { 1 },
            run_at: at(i64::from(number)),
            progress: u8::try_from(n % 101).unwrap(),
            error: full.then(|| "it failed".to_owned()),
            error_code: full.then(|| "limit.reached".to_owned()),
            dedup_key: (n % 4 != 2).then(|| format!("document/{n}")),
            cancel_requested: full,
            caused_by: full.then_some(world.tenant.owner.id),
            request_id: if full { "req-7".to_owned() } else { String::new() },
            trace_parent: full.then(|| format!("00-{}-{}-01", "ab".repeat(16), "cd".repeat(8))),
            started_at: full.then(|| at(3)),
            finished_at: full.then(|| at(4)),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<JobFilter> {
        let (state, kind) = (OneOf::from(JobState::Queued), OneOf::from("test.a".to_owned()));
        let states = OneOf::new(vec![JobState::Queued, JobState::Dead]).unwrap();
        vec![
            JobFilter { state: state.clone(), ..JobFilter::default() },
            JobFilter { state: states, ..JobFilter::default() },
            JobFilter { kind: kind.clone(), ..JobFilter::default() },
            JobFilter { state, kind },
        ]
    }

    /// The identity of another job means a conflict here.
    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let constraint = DEDUP_KEY_TAKEN.0.to_owned();
            let stored = unit.jobs().enqueue(record).await?;
            if stored == record.id { Ok(()) } else { Err(StoreError::Conflict { constraint }) }
        })
    }
}
