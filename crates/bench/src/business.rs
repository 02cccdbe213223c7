//! Business records: what invoices, payments and reports cost where one organization has 100,000
//! invoices, and what the rendering of a PDF takes.
//!
//! Each client creates, issues and pays in an organization of its own, since the documents of one
//! organization wait for each other's number. Lists and reports are those of the large organization.

pub mod bodies;
mod children;
pub mod data;
mod printing;
mod work;

use std::{thread::available_parallelism, time::Duration};

use clap::Args;

use crate::{
    Arguments,
    dataset::{self, Size},
    failure::Result,
    kinds::{self, Kind, Target, say},
    private::Private,
    server::{self, Server},
    table,
};
use data::Amounts;
use work::Work;

const DATABASE: &str = "business";

/// Measure invoices, payments, reports and rendered PDFs (release build).
#[derive(Debug, Args)]
pub struct Options {
    /// Number of issued invoices of the large organization.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..1_000_000))]
    invoices: u32,
}

/// Measures, and prints.
pub async fn run(options: &Options, arguments: &Arguments) -> Result<()> {
    let program = server::program(arguments.api.as_ref())?;
    let postgres = Private::start().await?;
    let url = postgres.create(DATABASE).await?;
    say("migrating, and seeding organizations, invoices and payments");
    plinth_migration::up(&url, &plinth_migration::Options::default()).await?;
    let size = Size { organizations: data::ORGANIZATIONS, projects: dataset::PROJECTS, large: 0 };
    dataset::seed(&url, size).await?;
    let amounts = Amounts::of(arguments, options.invoices);
    data::seed_parties(&url, data::ORGANIZATIONS, data::ORGANIZATIONS).await?;
    let server = Server::start(&program, &url, postgres.directory()).await?;
    let days = data::seed_invoices(&url, &server, amounts).await?;

    let mut printed = Vec::new();
    if arguments.asks_for(printing::NAME) {
        say(printing::NAME);
        printed = printing::run(&program, &url, postgres.directory(), &server).await?;
    }
    let asked = Work::ALL.into_iter().filter(|work| arguments.asks_for(work.name()));
    let works: Vec<Work> = asked.collect();
    let mut kinds: Vec<Kind> =
        works.iter().map(|work| work.kind(arguments.connections, amounts, &days)).collect();
    let target = Target { server: &server, postgres: &postgres, database: DATABASE };
    let seconds = Duration::from_secs(arguments.seconds);
    let figures = kinds::under_load(&mut kinds, seconds, target).await?;
    drop(server);
    let mut rows = kinds::counted(kinds, figures, &program, (&postgres, DATABASE)).await?;
    for (row, work) in rows.iter_mut().zip(&works) {
        row.budgets = work.budgets(&row.cost);
    }

    println!("{}", conditions(options, arguments, &postgres));
    println!("{}", table::requests(&rows));
    for printed in printed {
        print!("{printed}");
    }
    Ok(())
}

fn conditions(options: &Options, arguments: &Arguments, postgres: &Private) -> String {
    let Arguments { seconds, connections, .. } = arguments;
    format!(
        "\nOne organization of {invoices} invoices and {parties} customers in three years, and one for each \
         client. PostgreSQL {version} with fsync, {connections} connections (searches and reports: \
         one), {seconds} s a work, {cores} cores for server, database and load together.\nµs are \
         CPU a request. Everything is on: authentication, row level security, audit log, rate limit, \
         request log, ETag.\n",
        invoices = options.invoices,
        parties = data::PARTIES,
        version = postgres.version,
        cores = available_parallelism().map_or(0, usize::from),
    )
}
