//! `plinth-worker`: settings, telemetry, work. `plinth-worker health` tells
//! whether the one on this machine makes progress.

use std::process::ExitCode;

use settings::{Faults, Settings, Sources};
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == inspect::COMMAND) {
        return inspect::child_main();
    }
    let settings = match Settings::load(&Sources::process()) {
        Ok(settings) => settings,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::from(Faults::EXIT_CODE);
        }
    };
    if std::env::args().nth(1).as_deref() == Some("health") {
        return match worker::check(&settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(unhealthy) => {
                eprintln!("{unhealthy}");
                ExitCode::FAILURE
            }
        };
    }
    // Two providers are linked, so one must be named before the first use.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("the TLS provider was installed twice");
    }
    let (telemetry, version) = (&settings.telemetry, env!("CARGO_PKG_VERSION"));
    let telemetry = match telemetry::init(telemetry, settings.environment, "plinth-worker", version)
    {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("telemetry cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = match work(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = &*error, "the worker ended");
            ExitCode::FAILURE
        }
    };
    telemetry.shutdown();
    code
}

fn work(settings: &Settings) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = CancellationToken::new();
        let asked = stop.clone();
        tokio::spawn(async move {
            worker::asked_to_stop().await;
            tracing::info!("stopping");
            asked.cancel();
        });
        worker::run(settings, stop).await
    })?;
    Ok(())
}
