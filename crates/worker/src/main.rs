//! `plinth-worker` runs jobs. `plinth-worker health` checks that the worker on this machine makes
//! progress.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The worker starts this program again for each file that it inspects.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == plinth_inspect::COMMAND) {
        return plinth_inspect::child_main();
    }
    plinth_bootstrap::program("plinth-worker", plinth_worker::check, async |settings, stop| {
        Ok(plinth_worker::run(settings, stop).await?)
    })
}
