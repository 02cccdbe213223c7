//! The daily report of overdue invoices.

use plinth_domain::JobState;
use plinth_jobs::{Handlers, OverdueInvoices, OverdueReporter, ScheduledJobs};

use crate::support::Fixture;

#[tokio::test]
async fn each_organization_has_a_job_that_reports_its_overdue_invoices() {
    let fixture = Fixture::new().await;
    let tick = OverdueInvoices(fixture.application.clone());
    let jobs = tick.jobs(fixture.application.now()).await.unwrap();
    let [(organization, draft)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(*organization, fixture.scope.organization());
    let worker = fixture.worker(Handlers::new().with(OverdueReporter));
    let job = fixture.enqueue(draft.clone()).await;
    fixture.until(job, JobState::Succeeded).await;
    worker.stop().await;
}
