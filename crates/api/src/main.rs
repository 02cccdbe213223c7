//! `plinth-api` serves the API. `plinth-api health` checks the one on this machine.

use std::process::ExitCode;

/// jemalloc: a list costs the server a sixth less CPU than with the allocator of glibc.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    // The API starts this program again for each electronic document that it reads.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == plinth_inspect::COMMAND) {
        return plinth_inspect::child_main();
    }
    // The HTTP server starts its own threads.
    plinth_bootstrap::program("plinth-api", plinth_api::check, async |settings, stop| {
        Ok(plinth_api::run(settings, stop, |address| tracing::info!(%address, "listening")).await?)
    })
}
