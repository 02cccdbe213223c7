//! The load that docs/capacity.md assumes for the busiest hour of 100,000 organizations, at 1/100 of
//! its size on 1,000 of them, beside what the page's formula calculates.
//!
//! Requests come at random times (a Poisson process), whether or not those before are answered, and
//! a latency counts from the time at which a request is due. The organizations differ: the n-th has
//! 1/n of the projects and of the requests of the first. Beside the requests, a worker inspects
//! files and renders invoices, event streams are open, the sequencer numbers, and the retention of a
//! night begins during the measurement.

mod arrivals;
mod cost;
mod data;
mod database;
mod kind;
mod observer;
mod report;
mod streams;
mod tenants;
mod traffic;
mod unit_costs;

use std::{rc::Rc, sync::Arc, time::Duration};

use clap::Args;
use tokio::{task::LocalSet, time::sleep};

use crate::{
    Arguments,
    dataset::{self, ORGANIZATIONS, Size},
    failure::Result,
    kinds::say,
    private::Private,
    server::{self, Server},
};
use cost::Processes;
use database::Database;
use observer::Observer;
use report::Report;
use streams::Streams;
use tenants::Tenants;
use traffic::Place;
use unit_costs::UnitCosts;

/// Run the load of many organizations at a smaller scale, beside what is calculated (release build).
#[derive(Debug, Args)]
pub struct Options {
    /// How long the load is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=240))]
    minutes: u32,
    /// How many times the load of 1,000 organizations comes: 10 is that of 10,000.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    speed: u32,
    /// Number of open event streams.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(0..=1000))]
    streams: u16,
    /// Projects of the largest organization; the others have 7.5 times as many together.
    #[arg(long, default_value_t = 13_360, value_parser = clap::value_parser!(u64).range(10_000..100_000))]
    largest: u64,
    /// Give PostgreSQL so little memory, in MiB, and no cache of the operating system: for a database
    /// larger than its memory. PostgreSQL 16 or newer.
    #[arg(long, value_parser = clap::value_parser!(u32).range(16..=65536))]
    buffers: Option<u32>,
}

const DATABASE: &str = "simulation";
/// Changes of an organization a day.
const CHANGES_A_DAY: f64 = 100.0;
/// The share of them in the busiest hour.
const BUSIEST_HOUR: f64 = 0.2;
/// How long the load goes on before it is measured.
const WARM_UP: Duration = Duration::from_secs(10);
/// How long the processes are measured without requests.
const IDLE: Duration = Duration::from_secs(20);
/// How long the last events may take to arrive.
const SILENCE: Duration = Duration::from_secs(1);

/// Changes a second.
fn rate(options: &Options) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a thousand")]
    let organizations = ORGANIZATIONS as f64;
    organizations * CHANGES_A_DAY * BUSIEST_HOUR / 3600.0 * f64::from(options.speed)
}

/// Measures, and prints.
pub async fn run(options: &Options, arguments: &Arguments) -> Result<()> {
    let program = server::program(arguments.api.as_ref())?;
    let postgres = match options.buffers {
        Some(buffers) => Private::start_small(buffers).await?,
        None => Private::start().await?,
    };
    let url = postgres.create(DATABASE).await?;
    say("migrating, and seeding organizations of different sizes");
    plinth_migration::up(&url, &plinth_migration::Options::default()).await?;
    let tenants = Arc::new(Tenants::new(options.largest));
    let size = Size { organizations: ORGANIZATIONS, projects: tenants.smallest(), large: 0 };
    dataset::seed(&url, size).await?;
    data::seed(&url, &tenants).await?;

    let server = Server::start(&program, &url, postgres.directory()).await?;
    let worker = server::worker(&program, &url, postgres.directory())?;
    let mut database = Database::connect(&url).await?;
    let processes = Processes {
        api: server.process(),
        worker: worker.0.id(),
        postgres: postgres.process,
        observer: database.process,
    };
    say("numbering old entries of the audit log");
    let numbered = data::number_old_entries(&url, &mut database, processes).await?;

    data::name_sellers(server.address).await?;
    let file = data::printed(server.address).await?;
    let place = Rc::new(Place::new(server.address, Arc::clone(&tenants), file));
    let units =
        UnitCosts::measure(arguments, &place, (&server, &postgres), processes, &mut database)
            .await?;
    dataset::settle(&url).await?;

    let tasks = LocalSet::new();
    let report = tasks.run_until(async {
        say("idle, with open event streams");
        let streams = Streams::open(server.address, options.streams, &tenants).await?;
        let before = processes.now(&mut database).await?;
        sleep(IDLE).await;
        let idle = processes.now(&mut database).await?.since(&before).each(IDLE.as_secs_f64());

        let rate = rate(options);
        say("the load, before it is measured");
        traffic::run(&place, rate, WARM_UP, 1).await?;
        say("the load");
        let took = Duration::from_mins(1) * options.minutes;
        let (begin, heard) = (database.now().await?, streams.heard());
        let stored = database.stored().await?;
        let pages = database.pages().await?;
        let before = processes.now(&mut database).await?;
        let observer = Observer::start(&url, took / 2).await?;
        let measured = traffic::run(&place, rate, took, 2).await?;
        let observer_cost = observer.cost();
        let after = processes.now(&mut database).await?;
        let observed = observer.stop().await?;
        let heard = streams.heard() - heard;
        sleep(SILENCE).await;
        let after_pages = database.pages().await?;
        Result::Ok(Report {
            rate,
            took,
            streams: options.streams,
            cost: after.since(&before).without(observer_cost).each(took.as_secs_f64()),
            idle,
            heard,
            lost_streams: streams.lost(),
            growth: observed.before_retention.as_ref().map(|later| later.since(&stored)),
            pages: after_pages.since(pages),
            jobs: database.jobs(&begin).await?,
            entries: database.entries(&begin).await?,
            measured,
            observed,
        })
    });
    let report = report.await?;
    println!("{}", report::conditions(options, &postgres, &tenants));
    println!("{}", report::units(&units, &numbered));
    println!("{report}", report = report.shown(&units));
    Ok(())
}
