//! The API server as functions: the program `plinth-api`, and a part of `plinth dev`.

mod health;

use std::{
    net::{SocketAddr, TcpListener},
    process::ExitCode,
};

use plinth_bootstrap::Plinth;
use plinth_settings::Settings;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use health::{Unhealthy, check, is_plinth};

/// Why the server could not start, or ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings do not allow to build the application.
    #[error(transparent)]
    Bootstrap(#[from] plinth_bootstrap::Error),
    /// Row level security does not bind the database's role.
    #[error(transparent)]
    Role(#[from] plinth_bootstrap::RoleError),
    /// The server cannot listen on the address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The server failed.
    #[error("the server failed")]
    Serve(#[source] std::io::Error),
}

/// The whole program, with the arguments of the process.
#[must_use]
pub fn program() -> ExitCode {
    plinth_bootstrap::program("plinth-api", check, async |settings, stop| {
        Ok(run(settings, stop, |address| tracing::info!(%address, "listening")).await?)
    })
}

/// Serves until `stop` is cancelled and all requests have ended. Calls `listening` with the
/// address once connections are accepted.
pub async fn run(
    settings: &Settings,
    stop: CancellationToken,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let plinth = plinth_bootstrap::assemble(settings).await?;
    let served = run_on(&plinth, settings, stop, listening).await;
    plinth.close().await;
    served
}

/// Like [`run`], on an application that is shared with the worker.
pub async fn run_on(
    plinth: &Plinth,
    settings: &Settings,
    stop: CancellationToken,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let address = SocketAddr::new(settings.server.host, settings.server.port);
    let failed = |source| Error::Listen { address, source };
    let operators = settings.operator.listen.map(bind).transpose()?;
    let alone = settings.redis.url.is_none().then(|| plinth.store.announce_single());
    let listener = bind(address)?;
    let address = listener.local_addr().map_err(failed)?;
    let config = plinth_bootstrap::http_config(settings);
    let application = plinth.application.clone();
    // Every process runs one; only that of the leader works.
    let sequencer = tokio::spawn(plinth.run_sequencer(stop.child_token()));
    let role = tokio::spawn(plinth_bootstrap::guard_role(plinth.store.clone(), stop.clone()));
    let checks = tokio::spawn(plinth.run_health_checks(stop.child_token()));
    listening(address);
    let operators = operators.map(|listener| serve_operators(plinth, settings, listener, &stop));
    let served = plinth_rest::serve(listener, application, config, stop.clone()).await;
    stop.cancel();
    let role = role.await;
    let operators = match operators {
        Some(operators) => operators.await.unwrap_or_else(|gone| Err(gone.into())),
        None => Ok(()),
    };
    // The sequencer logs its errors.
    drop((sequencer.await, checks.await));
    if let Some(alone) = alone {
        alone.end().await;
    }
    role.map_err(|gone| Error::Serve(gone.into()))??;
    served.and(operators).map_err(Error::Serve)
}

fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).map_err(|source| Error::Listen { address, source })
}

/// Serves the API of operators until `stop`. When it cannot, the process ends, too.
fn serve_operators(
    plinth: &Plinth,
    settings: &Settings,
    listener: TcpListener,
    stop: &CancellationToken,
) -> JoinHandle<std::io::Result<()>> {
    let (application, stop) = (plinth.application.clone(), stop.clone());
    let config = plinth_bootstrap::http_config(settings);
    let keys = plinth_bootstrap::operator_keys(settings);
    tokio::spawn(async move {
        let served =
            plinth_rest::serve_operators(listener, application, config, keys, stop.clone()).await;
        stop.cancel();
        served
    })
}
