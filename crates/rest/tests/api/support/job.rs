use plinth_application::JobKind;
use plinth_domain::{Job, JobDraft, Permission};
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

/// The same for this job.
pub async fn enqueue_draft(caller: &Client, draft: JobDraft) -> Uuid {
    let application = caller.application.as_ref().unwrap();
    let token = caller.token.as_ref().unwrap();
    let access = application.authenticate(token, None).await.unwrap().access;
    let caused_by = access.principal().user();
    let job = Job { caused_by, ..application.new_job(access.organization(), draft) };
    let scope = access.require(Permission::JobRead).unwrap();
    let mut unit = caller.store.as_ref().unwrap().begin(scope).await.unwrap();
    unit.jobs().enqueue(&job).await.unwrap();
    unit.commit().await.unwrap();
    job.id.uuid()
}
