use plinth_application::JobKind;
use plinth_domain::{Id, Job, JobCause};
use plinth_ports::Store;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Client;

/// A job that no worker runs.
#[derive(Serialize, Deserialize)]
struct SampleJob {
    sample: bool,
}

impl JobKind for SampleJob {
    const KIND: &'static str = "sample.run";
}

/// Makes a job in the caller's organization, as a command would.
pub async fn enqueue(caller: &Client) -> Uuid {
    let application = caller.application.as_ref().unwrap();
    let token = caller.token.as_ref().unwrap();
    let access = application.authenticate(token).await.unwrap().access;
    let ports = application.ports();
    let draft = SampleJob { sample: true }.draft().unwrap();
    let cause = JobCause { user: access.principal().user(), ..JobCause::default() };
    let id = Id::from_uuid(ports.ids.next());
    let job = Job::queue(id, access.organization(), draft, cause, ports.clock.now());
    let store: &dyn Store = &*ports.store;
    let mut unit = store.begin(access.own()).await.unwrap();
    unit.jobs().enqueue(&job).await.unwrap();
    unit.commit().await.unwrap();
    id.uuid()
}
