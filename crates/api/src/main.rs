//! `plinth-api`: settings, telemetry, serve. `plinth-api health` tells whether
//! the one on this machine answers.

use std::process::ExitCode;

use settings::{Faults, Settings, Sources};
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    let settings = match Settings::load(&Sources::process()) {
        Ok(settings) => settings,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::from(Faults::EXIT_CODE);
        }
    };
    if std::env::args().nth(1).as_deref() == Some("health") {
        return match api::check(&settings) {
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
    let version = env!("CARGO_PKG_VERSION");
    let telemetry =
        match telemetry::init(&settings.telemetry, settings.environment, "plinth-api", version) {
            Ok(guard) => guard,
            Err(error) => {
                eprintln!("telemetry cannot start: {error}");
                return ExitCode::FAILURE;
            }
        };
    let code = match serve(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = &*error, "the API ended");
            ExitCode::FAILURE
        }
    };
    telemetry.shutdown();
    code
}

fn serve(settings: &Settings) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = CancellationToken::new();
        let asked = stop.clone();
        tokio::spawn(async move {
            api::asked_to_stop().await;
            tracing::info!("stopping");
            asked.cancel();
        });
        api::run(settings, stop, |address| tracing::info!(%address, "listening")).await
    })?;
    Ok(())
}
