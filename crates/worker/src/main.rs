//! `plinth-worker` runs jobs. `plinth-worker health` tells whether the one on
//! this machine makes progress.

use std::process::ExitCode;

use bootstrap::Threads;

fn main() -> ExitCode {
    // It starts itself again for each file that it looks into.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == inspect::COMMAND) {
        return inspect::child_main();
    }
    bootstrap::program("plinth-worker", Threads::Many, worker::check, async |settings, stop| {
        Ok(worker::run(settings, stop).await?)
    })
}
