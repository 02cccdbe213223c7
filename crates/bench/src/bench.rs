//! The run: the measurements and their order.

use std::{sync::Arc, thread::available_parallelism, time::Duration};

use crate::{
    Arguments,
    budget::Cost,
    dataset,
    failure::Result,
    fan_out::{self, Pace},
    files,
    http::Connection,
    jobs,
    load::{self, Load, Measured},
    pgbench::{self, Driven},
    private::Private,
    round_trips::Proxy,
    server::{self, Server},
    start,
    subjects::{DeepPage, Subjects},
    table::{self, Row},
    work::Work,
};

/// The database that everything is measured on.
const DATABASE: &str = "plinth";

/// Measures, and prints.
pub async fn run(arguments: &Arguments) -> Result<()> {
    let program = server::program(arguments.api.as_ref())?;
    let database = Private::start().await?;
    let url = database.create(DATABASE).await?;
    say("migrating, and seeding organizations and projects");
    plinth_migration::up(&url, &plinth_migration::Options::default()).await?;
    dataset::seed(&url).await?;

    let mut starts = None;
    if arguments.only.is_none() {
        say("starting the server, and migrating empty databases");
        let start = start::cold(&program, &url, database.directory()).await?;
        starts = Some((start, start::migrations(&database).await?));
    }

    let asked = |name: &str| arguments.only.as_ref().is_none_or(|only| name.contains(only));
    let works: Vec<Work> = Work::ALL.into_iter().filter(|work| asked(work.name())).collect();
    let server = Server::start(&program, &url, database.directory()).await?;
    let deep = Arc::new(DeepPage::find(&mut Connection::open(server.address).await?).await?);
    let under_load = under_load(arguments, &works, &deep, &server, &database).await?;
    let mut fanned_out = Vec::new();
    for pace in [Pace::Steady, Pace::Burst] {
        if asked(fan_out::NAME) {
            say(pace.name());
            fanned_out.push(fan_out::run(&server, pace).await?);
        }
    }
    let transferred = if asked(files::NAME) {
        say(files::NAME);
        Some(files::run(&server, database.directory()).await?)
    } else {
        None
    };
    drop(server);
    let worked = if asked(jobs::NAME) {
        say(jobs::NAME);
        Some(jobs::run(&program, &url, database.directory()).await?)
    } else {
        None
    };

    say("counting round trips");
    let proxy = Proxy::before(&database).await?;
    let behind = proxy.url(&database, DATABASE);
    let server = Server::start(&program, &behind, database.directory()).await?;
    let mut rows = Vec::new();
    for (&work, (measured, driven)) in works.iter().zip(under_load) {
        let trips = proxy.count(work, &deep, &server).await?;
        rows.push(Row { work, cost: Cost { measured, trips }, driven });
    }

    println!("{}", conditions(arguments, &database));
    println!("{}", table::works(&rows));
    for fanned_out in fanned_out {
        print!("{}", table::fanned_out(&fanned_out));
    }
    if let Some(transferred) = transferred {
        print!("{}", table::transferred(&transferred));
    }
    if let Some(worked) = worked {
        print!("{}", table::worked(&worked));
    }
    if let Some((start, migrations)) = starts {
        print!("{}", table::starts(&start, migrations));
    }
    Ok(())
}

/// Measures each kind of work, and right after it the same SQL by pgbench, so that other load on
/// the machine affects both alike.
async fn under_load(
    arguments: &Arguments,
    works: &[Work],
    deep: &Arc<Vec<DeepPage>>,
    server: &Server,
    database: &Private,
) -> Result<Vec<(Measured, Option<Driven>)>> {
    let pgbench = pgbench::find(database);
    if pgbench.is_none() {
        say("there is no pgbench beside this PostgreSQL or on PATH: its lines are left out");
    }
    let subjects = Subjects { organizations: dataset::ORGANIZATIONS, deep: Arc::clone(deep) };
    let seconds = Duration::from_secs(arguments.seconds);
    let load = Load { connections: arguments.connections, measured: seconds };
    let mut figures = Vec::new();
    for &work in works {
        say(work.name());
        let measured = load::run(load, work, &subjects, server, database).await?;
        let driven = match &pgbench {
            Some(pgbench) => pgbench::run(pgbench, database, load, work, DATABASE).await?,
            None => None,
        };
        figures.push((measured, driven));
    }
    Ok(figures)
}

fn conditions(arguments: &Arguments, database: &Private) -> String {
    let Arguments { seconds, connections, .. } = arguments;
    format!(
        "\n{organizations} organizations of {projects} projects ({large} of them of {deep}), PostgreSQL \
         {version} with fsync, {connections} connections, {seconds} s a work, {cores} cores for \
         server, database and load together.\nµs are CPU a request. Everything is on: \
         authentication, row level security, audit log, rate limit, request log, ETag.\n",
        organizations = dataset::ORGANIZATIONS,
        projects = dataset::PROJECTS,
        large = dataset::LARGE,
        deep = dataset::DEEP,
        version = database.version,
        cores = available_parallelism().map_or(0, usize::from),
    )
}

fn say(step: &str) {
    eprintln!("==> {step}");
}
