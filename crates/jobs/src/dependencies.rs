use std::sync::Arc;

use plinth_application::Application;
use plinth_ports::{Bus, Ids, JobQueue, Leadership, Secrets};

/// What workers and schedules work with.
#[derive(Clone)]
pub struct Dependencies {
    /// The use cases that handlers call.
    pub application: Application,
    /// The queue that jobs are claimed from.
    pub queue: Arc<dyn JobQueue>,
    /// Chooses the one process that runs the schedules.
    pub leadership: Arc<dyn Leadership>,
    /// Tells workers that jobs wait.
    pub bus: Arc<dyn Bus>,
    /// The names of workers and reapers.
    pub ids: Arc<dyn Ids>,
    /// The chance in waiting times.
    pub secrets: Arc<dyn Secrets>,
}
