use std::{error::Error, process::ExitCode};

use plinth_settings::{Faults, Settings, Sources};
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::Unsuitable;

/// jemalloc: a list costs the API a sixth less CPU than with the allocator of glibc. One program can be
/// API, worker and command line, so that all of them have it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The main function of a server: it loads the settings, starts telemetry, and
/// runs `work` until the process is asked to stop. With the argument `health` it
/// only checks the server on this machine. Invalid settings, and settings that
/// cannot work on this machine, end it with [`Faults::EXIT_CODE`].
pub fn program<H: Error>(
    name: &'static str,
    health: impl FnOnce(&Settings) -> Result<(), H>,
    work: impl AsyncFnOnce(&Settings, CancellationToken) -> Result<(), Box<dyn Error>>,
) -> ExitCode {
    // A server starts its own program again for each file that it reads.
    if let Some(ended) = plinth_inspect::child_main() {
        return ended;
    }
    let settings = match Settings::load(&Sources::process()) {
        Ok(settings) => settings,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::from(Faults::EXIT_CODE);
        }
    };
    if std::env::args().nth(1).as_deref() == Some("health") {
        return match health(&settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(unhealthy) => {
                eprintln!("{unhealthy}");
                ExitCode::FAILURE
            }
        };
    }
    // Some clients are built without a provider and take the one of the process.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("the TLS provider was installed twice");
    }
    let version = env!("CARGO_PKG_VERSION");
    let telemetry =
        plinth_telemetry::init(&settings.telemetry, settings.environment, name, version);
    let telemetry = match telemetry {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("telemetry cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let worked = until_asked_to_stop(&settings, work);
    let code = match worked {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = &*error, "{name} ended");
            if Unsuitable::caused(&*error) {
                ExitCode::from(Faults::EXIT_CODE)
            } else {
                ExitCode::FAILURE
            }
        }
    };
    telemetry.shutdown();
    code
}

fn until_asked_to_stop(
    settings: &Settings,
    work: impl AsyncFnOnce(&Settings, CancellationToken) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    // Executions run on it, also where the server has threads of its own.
    Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let stop = CancellationToken::new();
        let asked = stop.clone();
        tokio::spawn(async move {
            asked_to_stop().await;
            tracing::info!("stopping");
            asked.cancel();
        });
        work(settings, stop).await
    })
}

/// Ends when the process is asked to stop: SIGTERM, or Ctrl-C.
pub async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        // Ctrl-C alone, then.
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}
