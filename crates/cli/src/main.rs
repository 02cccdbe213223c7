//! `plinth`: run, migrate, seed and check an installation, and use the API of one.

mod arguments;
mod audit;
mod cell;
mod demo;
mod dev;
mod doctor;
mod failure;
mod host;
mod installation;
mod mail;
mod migrate;
mod model_servers;
mod openapi;
mod operator;
mod organization;
mod output;
mod people;
mod problem;
mod remedy;
mod secrets;
mod seed;
mod stop;
mod storage;
mod table;
mod terminal;

use std::{env, path::PathBuf, process::ExitCode};

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Result;
use stop::Stop;

fn main() -> ExitCode {
    match program_name().as_deref() {
        Some("plinth-api") => return plinth_api::program(),
        Some("plinth-worker") => return plinth_worker::program(),
        _ => {}
    }
    if let Some(ended) = plinth_inspect::child_main() {
        return ended;
    }
    let command = Arguments::parse().command;
    // Some clients are built without a provider and take the one of the process.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("the TLS provider was installed twice");
    }
    run(command).unwrap_or_else(|error| failure::report(&*error))
}

/// The name by which the program was started. In the image, `plinth-api` and `plinth-worker` are links
/// to this program: three programs of the same code would make it twice as large.
fn program_name() -> Option<String> {
    let path = PathBuf::from(env::args_os().next()?);
    Some(path.file_name()?.to_str()?.to_owned())
}

fn run(command: Command) -> Result<ExitCode> {
    // One thread is enough: the API starts its own threads.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { command.run(Stop::listen()?).await })
}
