use std::sync::Arc;

use plinth_application::Application;
use plinth_ports::{Bus, Ids, JobQueue, Leadership, Secrets};

/// The dependencies of workers and schedules.
#[derive(Clone)]
pub struct Dependencies {
    /// The application whose use cases the handlers run.
    pub application: Application,
    /// The queue from which jobs are claimed.
    pub queue: Arc<dyn JobQueue>,
    /// Elects the process that runs the schedules.
    pub leadership: Arc<dyn Leadership>,
    /// Signals workers that jobs are due.
    pub bus: Arc<dyn Bus>,
    /// Generates the names of workers and reapers.
    pub ids: Arc<dyn Ids>,
    /// Randomness for delays.
    pub secrets: Arc<dyn Secrets>,
}
