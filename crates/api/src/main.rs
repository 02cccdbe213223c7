//! `plinth-api` serves the API. `plinth-api health` checks the one on this machine.

fn main() -> std::process::ExitCode {
    plinth_api::program()
}
