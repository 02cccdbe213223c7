//! The worker as a function, for `plinth-worker` and for `plinth dev`.

mod health;

use plinth_bootstrap::{Handlers, Plinth, Workers};
use plinth_settings::Settings;
use tokio_util::sync::CancellationToken;

pub use health::{Unhealthy, check};

/// Why the worker ended before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The parts do not fit together.
    #[error(transparent)]
    Bootstrap(#[from] plinth_bootstrap::Error),
    /// A schedule cannot be read.
    #[error(transparent)]
    Schedule(#[from] plinth_bootstrap::InvalidSchedule),
    /// The database would not keep organizations apart.
    #[error(transparent)]
    Role(#[from] plinth_bootstrap::RoleError),
    /// It does not live.
    #[error(transparent)]
    Worker(#[from] plinth_jobs::WorkerError),
    /// A part of it is gone.
    #[error("a part of the worker is gone")]
    Gone(#[source] tokio::task::JoinError),
}

/// Runs the jobs that Plinth knows, until `stop` is cancelled and everything
/// under way has ended or was given back.
pub async fn run(settings: &Settings, stop: CancellationToken) -> Result<(), Error> {
    run_with(settings, stop, |plinth| plinth_bootstrap::handlers(settings, plinth)).await
}

/// Runs jobs by other handlers.
pub async fn run_with(
    settings: &Settings,
    stop: CancellationToken,
    handlers: impl FnOnce(&Plinth) -> Result<Handlers, plinth_bootstrap::Error>,
) -> Result<(), Error> {
    let plinth = plinth_bootstrap::assemble(settings).await?;
    let handlers = handlers(&plinth)?;
    let worked = run_on(&plinth, settings, stop, handlers).await;
    plinth.close().await;
    worked
}

/// Runs jobs on an application that others use, too.
pub async fn run_on(
    plinth: &Plinth,
    settings: &Settings,
    stop: CancellationToken,
    handlers: Handlers,
) -> Result<(), Error> {
    let Workers { worker, scheduler } = plinth_bootstrap::workers(settings, plinth, handlers)?;
    let role = tokio::spawn(plinth_bootstrap::guard_role(plinth.store.clone(), stop.clone()));
    let scheduler = tokio::spawn(scheduler.run(stop.child_token()));
    let pulse = worker.pulse();
    let shown = health::show(settings.worker.health_file.as_deref(), &pulse);
    let worked = tokio::select! {
        worked = worker.run(stop.clone()) => worked,
        () = shown => Ok(()),
    };
    stop.cancel();
    let role = role.await;
    scheduler.await.map_err(Error::Gone)?;
    role.map_err(Error::Gone)??;
    Ok(worked?)
}
