use async_trait::async_trait;
use plinth_domain::{Job, JobId, JobState, OrganizationId, Version};
use plinth_ports::{JobFilter, JobReader, JobSort, Jobs, Page, PageRequest, Result};

use super::{
    lists,
    rows::JobRow,
    tables::{Tables, expect},
    unit::Unit,
};

#[async_trait]
impl JobReader for Unit {
    async fn find(&mut self, id: JobId) -> Result<Option<Job>> {
        let row = self.tables().jobs.get(&(self.organization_id(), id));
        Ok(row.map(|row| row.job.clone()))
    }

    async fn list(&mut self, filter: &JobFilter, page: &PageRequest<JobSort>) -> Result<Page<Job>> {
        let jobs = self.tables().jobs.of(self.organization_id()).map(|row| &row.job);
        Ok(lists::page(jobs.filter(|job| shows(filter, job)).cloned(), page))
    }
}

#[async_trait]
impl Jobs for Unit {
    async fn lock(&mut self, id: JobId) -> Result<Option<Job>> {
        self.find(id).await
    }

    async fn enqueue(&mut self, job: &Job) -> Result<JobId> {
        if let Some(other) = rival(self.tables(), self.organization_id(), job) {
            return Ok(other);
        }
        let exists = self.stored_job(job.id).is_some();
        self.draft.forbid(exists, "jobs_pkey")?;
        let (organization, lease) = (self.organization_id(), None);
        let row = JobRow { job: Job { organization, ..job.clone() }, lease };
        self.draft.tables.jobs.insert((organization, job.id), row);
        Ok(job.id)
    }

    async fn update(&mut self, job: &Job) -> Result<()> {
        expect(self.stored_job(job.id), job.revision.previous())?;
        let taken =
            is_open(job.state) && rival(self.tables(), self.organization_id(), job).is_some();
        self.draft.forbid(taken, "jobs_organization_id_dedup_key_key")?;
        let organization = self.organization_id();
        if let Some(row) = self.draft.tables.jobs.get_mut(&(organization, job.id)) {
            row.job = Job { organization, ..job.clone() };
        }
        Ok(())
    }
}

impl Unit {
    /// The version under which the job is stored.
    fn stored_job(&self, id: JobId) -> Option<Version> {
        let stored = self.tables().jobs.get(&(self.organization_id(), id));
        stored.map(|row| row.job.revision.version)
    }
}

/// Another job with the same dedup key that waits or runs.
pub(super) fn rival(tables: &Tables, organization: OrganizationId, job: &Job) -> Option<JobId> {
    let key = job.dedup_key.as_ref()?;
    let mut jobs = tables.jobs.of(organization).map(|row| &row.job);
    let same = |other: &&Job| {
        other.id != job.id && is_open(other.state) && other.dedup_key.as_ref() == Some(key)
    };
    jobs.find(same).map(|other| other.id)
}

/// Whether it waits or runs.
const fn is_open(state: JobState) -> bool {
    matches!(state, JobState::Queued | JobState::Failed | JobState::Running)
}

fn shows(filter: &JobFilter, job: &Job) -> bool {
    filter.state.is_none_or(|state| job.state == state)
        && filter.kind.as_ref().is_none_or(|kind| job.kind == *kind)
}
