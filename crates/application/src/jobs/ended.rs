use plinth_domain::{Job, JobState};
use plinth_ports::{Actor, JournalEntry, Origin, Outcome};

use crate::{Application, AuditRecord, Error};

impl Application {
    /// The journal's line that tells how a running job came to its end, to be
    /// written in the transaction that ends it. Unlike what was refused, a job
    /// that failed for good is an event.
    pub fn job_ended(
        &self,
        job: &Job,
        state: JobState,
        error: Option<&str>,
    ) -> Result<JournalEntry, Error> {
        let (action, outcome) = match state {
            JobState::Succeeded => ("job.succeeded", Outcome::Succeeded),
            JobState::Cancelled => ("job.cancelled", Outcome::Succeeded),
            _ => ("job.dead", Outcome::Failed),
        };
        let after = Job { state, error: error.map(str::to_owned), ..job.clone() };
        let origin = Origin {
            request_id: job.request_id.clone(),
            trace_parent: job.trace_parent.clone(),
            address: None,
        };
        let audit = AuditRecord::changed(action, job, &after)?.ended(outcome);
        let (actor, ids) = (Actor::Worker(job.id.uuid()), &*self.ports.ids);
        let entry = audit.entry(actor, origin, ids, self.ports.clock.now());
        Ok(JournalEntry { audit_only: false, ..entry })
    }
}
