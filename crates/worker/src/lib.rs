//! The worker as functions: the program `plinth-worker`, and a part of `plinth dev`.

mod health;

use std::process::ExitCode;

use plinth_bootstrap::{Handlers, Plinth, Workers};
use plinth_settings::Settings;
use tokio_util::sync::CancellationToken;

pub use health::{Unhealthy, check};

/// Why a worker process ended with an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The application cannot be built from the settings.
    #[error(transparent)]
    Bootstrap(#[from] plinth_bootstrap::Error),
    /// A schedule's cron expression cannot be parsed.
    #[error(transparent)]
    Schedule(#[from] plinth_bootstrap::InvalidSchedule),
    /// Row level security does not bind the database role.
    #[error(transparent)]
    Role(#[from] plinth_bootstrap::RoleError),
    /// The worker keeps failing.
    #[error(transparent)]
    Worker(#[from] plinth_jobs::WorkerError),
    /// A background task panicked.
    #[error("a background task panicked")]
    Gone(#[source] tokio::task::JoinError),
}

/// The whole program, with the arguments of the process.
#[must_use]
pub fn program() -> ExitCode {
    plinth_bootstrap::program("plinth-worker", check, async |settings, stop| {
        Ok(run(settings, stop).await?)
    })
}

/// Runs jobs until `stop` is cancelled and every running job has ended or was
/// released. It does not start on a machine that cannot inspect files: every job would fail.
pub async fn run(settings: &Settings, stop: CancellationToken) -> Result<(), Error> {
    check_inspection(settings).await?;
    let renders = check_rendering(settings).await?;
    run_with(settings, stop, |plinth| plinth_bootstrap::handlers(settings, plinth, renders)).await
}

/// Checks that files can be inspected, and logs how the process that reads them is confined.
///
/// # Errors
/// When temporary copies cannot be written, or the process does not start.
pub async fn check_inspection(settings: &Settings) -> Result<(), plinth_bootstrap::Error> {
    let confinement = plinth_bootstrap::check_inspection(settings).await?;
    let at_once = plinth_bootstrap::inspections(settings);
    if confinement.is_complete() {
        tracing::info!(%confinement, at_once, "files are inspected in confined processes");
    } else {
        tracing::warn!(
            %confinement,
            at_once,
            "this kernel confines the processes that inspect files only in part"
        );
    }
    Ok(())
}

/// Whether invoices can be rendered; logs how the process that renders them is confined, or why there
/// is none. A worker without it runs all other jobs, and those of invoices wait for one that has it.
///
/// # Errors
/// When the template of the settings cannot be read.
pub async fn check_rendering(settings: &Settings) -> Result<bool, plinth_bootstrap::Error> {
    match plinth_bootstrap::check_rendering(settings).await {
        Ok(confinement) if confinement.is_complete() => {
            let at_once = plinth_bootstrap::renderings();
            tracing::info!(%confinement, at_once, "invoices are rendered in confined processes");
            Ok(true)
        }
        Ok(confinement) => {
            tracing::warn!(
                %confinement,
                "this kernel confines the processes that render invoices only in part"
            );
            Ok(true)
        }
        Err(plinth_bootstrap::Error::Rendering(fault)) => {
            let error = &fault as &dyn std::error::Error;
            tracing::error!(
                error,
                "this worker renders no invoices: plinth-render does not start beside it"
            );
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Runs jobs with the handlers that `handlers` returns.
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

/// Runs jobs on an application that is shared with the API server.
pub async fn run_on(
    plinth: &Plinth,
    settings: &Settings,
    stop: CancellationToken,
    handlers: Handlers,
) -> Result<(), Error> {
    let Workers { worker, scheduler } = plinth_bootstrap::workers(settings, plinth, handlers)?;
    let webhooks = tokio::spawn(plinth.run_webhooks(settings, stop.child_token())?);
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
    webhooks.await.map_err(Error::Gone)?;
    role.map_err(Error::Gone)??;
    Ok(worked?)
}
