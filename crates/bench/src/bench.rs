//! The run: the measurements and their order.

use std::{sync::Arc, thread::available_parallelism, time::Duration};

use crate::{
    Arguments, budget,
    dataset::{self, Size},
    failure::Result,
    fan_out::{self, Pace},
    files,
    http::Connection,
    jobs,
    kinds::{self, Kind, Target, say},
    private::Private,
    server::{self, Server},
    start,
    subjects::{DeepPage, Subjects},
    table,
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
    dataset::seed(&url, Size::FULL).await?;

    let mut starts = None;
    if arguments.only.is_none() {
        say("starting the server, and migrating empty databases");
        let start = start::cold(&program, &url, database.directory()).await?;
        starts = Some((start, start::migrations(&database).await?));
    }

    let asked = |name: &str| arguments.asks_for(name);
    let works: Vec<Work> = Work::ALL.into_iter().filter(|work| asked(work.name())).collect();
    let server = Server::start(&program, &url, database.directory()).await?;
    let deep = Arc::new(DeepPage::find(&mut Connection::open(server.address).await?).await?);
    let mut kinds: Vec<Kind> = works.iter().map(|&work| kind(work, arguments, &deep)).collect();
    let target = Target { server: &server, postgres: &database, database: DATABASE };
    let seconds = Duration::from_secs(arguments.seconds);
    let figures = kinds::under_load(&mut kinds, seconds, target).await?;
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

    let mut rows = kinds::counted(kinds, figures, &program, (&database, DATABASE)).await?;
    let first = works.iter().position(|&work| work == Work::List);
    let first = first.and_then(|index| rows.get(index)).map(|row| row.cost.clone());
    for (row, &work) in rows.iter_mut().zip(&works) {
        row.budgets = budget::of(work, &row.cost, first.as_ref());
    }

    println!("{}", conditions(arguments, &database));
    println!("{}", table::requests(&rows));
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

fn kind(work: Work, arguments: &Arguments, deep: &Arc<Vec<DeepPage>>) -> Kind {
    let of = |number, organizations| {
        work.requests(number, Subjects { organizations, deep: Arc::clone(deep) })
    };
    let each = (0..arguments.connections).map(|number| of(number.into(), dataset::ORGANIZATIONS));
    Kind {
        name: work.name(),
        script: work.script().map(str::to_owned),
        clients: each.collect(),
        // Few organizations, so that their credentials are cached before counting starts, and a
        // number that no other client has, so that the created records are unique.
        counted: of(u32::MAX.into(), 5),
    }
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
