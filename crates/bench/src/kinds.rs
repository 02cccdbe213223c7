//! Kinds of requests: measured under load, beside the same SQL by pgbench, and counted in round
//! trips to PostgreSQL.

use std::{path::Path, time::Duration};

use crate::{
    budget::Cost,
    clients::Requests,
    failure::{Failure, Result},
    load::{self, Load, Measured},
    pgbench::{self, Driven},
    private::Private,
    round_trips::Proxy,
    server::Server,
    table::Row,
};

/// One kind of requests.
#[derive(Debug)]
pub struct Kind {
    /// Its name in the table.
    pub name: &'static str,
    /// The statements that its requests send, for pgbench.
    pub script: Option<String>,
    /// The requests of each client under load.
    pub clients: Vec<Box<dyn Requests>>,
    /// The requests whose round trips are counted.
    pub counted: Box<dyn Requests>,
}

/// What the requests are sent to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub server: &'a Server,
    pub postgres: &'a Private,
    /// The name of the database.
    pub database: &'a str,
}

/// The figures of one kind of requests, and of the same SQL by pgbench.
pub type Figures = (Measured, Option<Driven>);

/// Measures each kind of requests, and right after it the same SQL by pgbench, so that other load on
/// the machine affects both alike.
pub async fn under_load(
    kinds: &mut [Kind],
    measured: Duration,
    target: Target<'_>,
) -> Result<Vec<Figures>> {
    let pgbench = pgbench::find(target.postgres);
    if pgbench.is_none() {
        say("there is no pgbench beside this PostgreSQL or on PATH: its lines are left out");
    }
    let mut figures = Vec::new();
    for kind in kinds {
        say(kind.name);
        let of_kind = |failure: Failure| Failure::from(format!("{}: {failure}", kind.name));
        let clients = std::mem::take(&mut kind.clients);
        let load = Load { connections: clients.len(), measured };
        let requests = load::run(clients, measured, target.server, target.postgres);
        let requests = requests.await.map_err(of_kind)?;
        let driven = match (&pgbench, &kind.script) {
            (Some(pgbench), Some(script)) => {
                let run = pgbench::run(pgbench, target.postgres, load, script, target.database);
                Some(run.await.map_err(of_kind)?)
            }
            _ => None,
        };
        figures.push((requests, driven));
    }
    Ok(figures)
}

/// Counts the round trips of each kind of requests on a server that connects through a proxy. The
/// rows have no budgets yet.
pub async fn counted(
    kinds: Vec<Kind>,
    figures: Vec<Figures>,
    program: &Path,
    (postgres, database): (&Private, &str),
) -> Result<Vec<Row>> {
    say("counting round trips");
    let proxy = Proxy::before(postgres).await?;
    let behind = proxy.url(postgres, database);
    let server = Server::start(program, &behind, postgres.directory()).await?;
    let mut rows = Vec::new();
    for (kind, (measured, driven)) in kinds.into_iter().zip(figures) {
        let trips = proxy.count(kind.counted, &server).await?;
        let cost = Cost { measured, trips };
        rows.push(Row { name: kind.name, cost, budgets: Vec::new(), driven });
    }
    Ok(rows)
}

/// Tells which step begins.
pub fn say(step: &str) {
    eprintln!("==> {step}");
}
