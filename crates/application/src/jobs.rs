//! Jobs, as the people of their organization see and steer them.

mod cancel;
mod ended;
mod get;
mod list;
mod retry;

pub use cancel::CancelJob;
pub use get::GetJob;
pub use list::ListJobs;
pub use retry::RetryJob;

use crate::Error;

plinth_domain::codes! {
    JOB_DUPLICATE = "job.duplicate", "Another job with the same dedup key waits or runs.";
}

const NOT_FOUND: Error = Error::NotFound("job");
