//! `plinth-api` serves. `plinth-api health` tells whether the one on this
//! machine answers.

use std::process::ExitCode;

use plinth_bootstrap::Threads;

fn main() -> ExitCode {
    // The HTTP server brings threads of its own.
    plinth_bootstrap::program(
        "plinth-api",
        Threads::One,
        plinth_api::check,
        async |settings, stop| {
            Ok(plinth_api::run(settings, stop, |address| tracing::info!(%address, "listening"))
                .await?)
        },
    )
}
