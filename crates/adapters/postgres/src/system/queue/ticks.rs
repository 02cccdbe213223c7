use plinth_domain::{Job, Timestamp};
use plinth_ports::Result;
use sea_orm::{EntityTrait, QueryTrait, Set};

use super::PgJobQueue;
use crate::{
    connection::{Begin, Statements},
    records::{
        Stored,
        jobs::{Entity, unless_open},
    },
    row::named,
    sql::Sql,
};

const LAST: &str = "SELECT ticked_at FROM schedule_ticks WHERE name = $1";

/// Locks the schedule's row, so that the second of two leaders finds the tick of
/// the first.
const TICK: &str = "
    INSERT INTO schedule_ticks (name, ticked_at) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET ticked_at = excluded.ticked_at
    WHERE schedule_ticks.ticked_at < excluded.ticked_at";

/// The number of jobs that one statement inserts.
const ROWS: usize = 500;

impl PgJobQueue {
    /// The last tick of a schedule.
    pub(super) async fn find_tick(&self, schedule: &str) -> Result<Option<Timestamp>> {
        let mut system = self.store.system_reads();
        let row = system.tx.row(Sql::fixed(LAST, vec![schedule.into()])).await?;
        row.map(|row| named(&row, "ticked_at")).transpose()
    }

    /// Stores a tick and its jobs.
    pub(super) async fn note_tick(
        &self,
        schedule: &str,
        at: Timestamp,
        jobs: &[Job],
    ) -> Result<bool> {
        let mut system = self.store.system(Begin::System).await?;
        if system.execute(Sql::fixed(TICK, vec![schedule.into(), at.into()])).await? == 0 {
            return Ok(false);
        }
        let now = system.tx.now();
        for jobs in jobs.chunks(ROWS) {
            let rows = jobs.iter().map(|job| {
                let mut row = job.to_row(job.organization);
                // By the clock of the leader's process, which may be another.
                row.run_at = Set(now + (job.run_at - job.revision.created_at));
                (row.created_at, row.updated_at) = (Set(now), Set(now));
                row
            });
            let insert = Entity::insert_many(rows).on_conflict(unless_open());
            system.execute(Sql::from(insert.as_query())).await?;
        }
        system.close().await?;
        Ok(true)
    }
}
