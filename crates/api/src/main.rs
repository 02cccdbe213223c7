//! `plinth-api` serves. `plinth-api health` tells whether the one on this
//! machine answers.

use std::process::ExitCode;

use bootstrap::Threads;

fn main() -> ExitCode {
    // The HTTP server brings threads of its own.
    bootstrap::program("plinth-api", Threads::One, api::check, async |settings, stop| {
        Ok(api::run(settings, stop, |address| tracing::info!(%address, "listening")).await?)
    })
}
