//! The API server as a function, for the binary `plinth-api` and for
//! `plinth dev`.

mod health;

use std::net::{SocketAddr, TcpListener};

use plinth_bootstrap::Plinth;
use plinth_settings::Settings;
use tokio_util::sync::CancellationToken;

pub use health::{Unhealthy, check, is_plinth};

/// Why the server ended before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The parts do not fit together.
    #[error(transparent)]
    Bootstrap(#[from] plinth_bootstrap::Error),
    /// The database would not keep organizations apart.
    #[error(transparent)]
    Role(#[from] plinth_bootstrap::RoleError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The server failed.
    #[error("the server failed")]
    Serve(#[source] std::io::Error),
}

/// Serves until `stop` is cancelled and everything under way has ended.
/// `listening` is called with the address once connections are accepted.
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

/// The same on an application that others use, too.
pub async fn run_on(
    plinth: &Plinth,
    settings: &Settings,
    stop: CancellationToken,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let address = SocketAddr::new(settings.server.host, settings.server.port);
    let failed = |source| Error::Listen { address, source };
    let _alone = settings.redis.url.is_none().then(|| plinth.store.announce_single());
    let listener = TcpListener::bind(address).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let config = plinth_bootstrap::http_config(settings);
    let application = plinth.application.clone();
    // Whichever process leads; alone, this one hears at once of what it wrote itself.
    let sequencer = tokio::spawn(plinth.run_sequencer(stop.child_token()));
    let role = tokio::spawn(plinth_bootstrap::guard_role(plinth.store.clone(), stop.clone()));
    listening(address);
    let served = plinth_rest::serve(listener, application, config, stop.clone()).await;
    stop.cancel();
    let role = role.await;
    // Its errors are logged.
    drop(sequencer.await);
    role.map_err(|gone| Error::Serve(gone.into()))??;
    served.map_err(Error::Serve)
}
