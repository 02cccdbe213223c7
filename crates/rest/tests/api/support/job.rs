use plinth_application::JobKind;
use plinth_domain::{Job, JobDraft, JobState, Permission};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Client;

/// A job that no worker runs.
#[derive(Serialize, Deserialize)]
struct SampleJob {
    sample: bool,
}

impl JobKind for SampleJob {
    const KIND: &'static str = "document.process";
}

/// Creates a job in the caller's organization, like a command.
pub async fn enqueue(caller: &Client) -> Uuid {
    enqueue_draft(caller, SampleJob { sample: true }.draft().unwrap()).await
}

/// Creates a job that has used up its attempts.
pub async fn dead(caller: &Client) -> Uuid {
    let draft = SampleJob { sample: true }.draft().unwrap();
    let dead = |job: Job| Job {
        state: JobState::Dead,
        attempt: job.max_attempts,
        error: Some("the provider is away".to_owned()),
        finished_at: Some(job.run_at),
        ..job
    };
    store(caller, draft, dead).await
}

/// The same for this job.
pub async fn enqueue_draft(caller: &Client, draft: JobDraft) -> Uuid {
    store(caller, draft, |job| job).await
}

async fn store(caller: &Client, draft: JobDraft, change: impl Fn(Job) -> Job) -> Uuid {
    let application = caller.application.as_ref().unwrap();
    let token = caller.token.as_ref().unwrap();
    let access = application.authenticate(token, None).await.unwrap().access;
    let caused_by = access.principal().user();
    let job = application.new_job(access.organization(), draft);
    let job = change(Job { caused_by, ..job });
    let scope = access.require(Permission::JobRead).unwrap();
    let mut unit = caller.store.as_ref().unwrap().begin(scope).await.unwrap();
    unit.jobs().enqueue(&job).await.unwrap();
    unit.commit().await.unwrap();
    job.id.uuid()
}
