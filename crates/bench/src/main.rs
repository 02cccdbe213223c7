//! `plinth-bench`: what Plinth costs, beside the same SQL driven by pgbench in the same run.
//!
//! It runs the `plinth-api` of the same build on a temporary, durable PostgreSQL, and sends HTTP
//! requests with everything enabled: authentication, row level security, audit log, rate limit,
//! request log. At the end it removes everything; what `kill -9` leaves behind, the next run
//! removes. It is a benchmark and no test: it reports a missed budget, and fails only when a
//! request fails.
//!
//! `plinth-bench fairness` measures what one organization at its worst costs another; see
//! [`fairness`]. `plinth-bench business` measures invoices, payments and reports; see [`business`].
//! `plinth-bench simulate` runs the load that docs/capacity.md assumes; see [`simulation`].
//!
//! Compare CPU per request. Requests per second and latencies depend on the machine, which the
//! load generator shares with the server and the database.

mod bench;
mod budget;
mod business;
mod clients;
mod dataset;
mod failure;
mod fairness;
mod fan_out;
mod files;
mod http;
mod jobs;
mod kinds;
mod listener;
mod load;
mod pgbench;
mod private;
mod process;
mod random;
mod requests;
mod round_trips;
mod server;
mod simulation;
mod start;
mod subjects;
mod table;
mod work;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// Measure requests/s, latency, CPU and memory of the release build, beside pgbench.
#[derive(Debug, Parser)]
#[command(name = "plinth-bench", version)]
struct Arguments {
    /// How long each work is measured, after a warm-up.
    #[arg(long, global = true, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Number of concurrent connections.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=64))]
    connections: u16,
    /// Only the works or attacks whose name contains this text, and neither starts nor migrations.
    #[arg(long, global = true)]
    only: Option<String>,
    /// The server to measure; else the plinth-api beside this program.
    #[arg(long, global = true)]
    api: Option<PathBuf>,
    #[command(subcommand)]
    measurement: Option<Measurement>,
}

impl Arguments {
    /// Whether what has this name is measured.
    fn asks_for(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only))
    }
}

/// A measurement other than the cost of requests.
#[derive(Debug, Subcommand)]
enum Measurement {
    Fairness(fairness::Options),
    Business(business::Options),
    Simulate(simulation::Options),
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            let mut source = failure.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// One thread for everything: the load generator takes no more of the machine than it must.
fn run(arguments: &Arguments) -> failure::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        // Dropping what runs stops every server and removes what they stored.
        tokio::select! {
            measured = measure(arguments) => measured,
            _ = terminate.recv() => Err("stopped".into()),
            _ = interrupt.recv() => Err("stopped".into()),
        }
    })
}

async fn measure(arguments: &Arguments) -> failure::Result<()> {
    match &arguments.measurement {
        None => bench::run(arguments).await,
        Some(Measurement::Business(options)) => business::run(options, arguments).await,
        Some(Measurement::Simulate(options)) => simulation::run(options, arguments).await,
        Some(Measurement::Fairness(options)) => {
            let api = server::program(arguments.api.as_ref())?;
            let seconds = Duration::from_secs(arguments.seconds);
            fairness::run(options, &api, seconds, arguments.only.as_deref()).await
        }
    }
}
