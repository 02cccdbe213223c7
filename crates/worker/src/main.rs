//! `plinth-worker` runs jobs. `plinth-worker health` checks that the worker on this machine makes
//! progress.

fn main() -> std::process::ExitCode {
    plinth_worker::program()
}
