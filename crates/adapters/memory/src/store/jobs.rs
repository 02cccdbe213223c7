use async_trait::async_trait;
use plinth_domain::{Job, JobId, OrganizationId};
use plinth_ports::{Jobs, RecordReader, Records, Result};

use super::{tables::Tables, unit::Unit};

#[async_trait]
impl Jobs for Unit {
    async fn lock(&mut self, id: JobId) -> Result<Option<Job>> {
        self.find(id).await
    }

    async fn enqueue(&mut self, job: &Job) -> Result<JobId> {
        if let Some(other) = open_twin(self.tables(), self.organization_id(), job) {
            return Ok(other);
        }
        self.insert(job).await?;
        Ok(job.id)
    }
}

/// Another open job with the same deduplication key.
pub(super) fn open_twin(tables: &Tables, organization: OrganizationId, job: &Job) -> Option<JobId> {
    let key = job.dedup_key.as_ref()?;
    let mut jobs = tables.records.jobs.of(organization);
    let same = |other: &&Job| {
        other.id != job.id && other.state.is_open() && other.dedup_key.as_ref() == Some(key)
    };
    jobs.find(same).map(|other| other.id)
}
