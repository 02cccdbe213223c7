//! `plinth dev`.

mod agents;
mod local_ai;
pub(crate) mod port;
mod services;
mod welcome;

use std::{net::IpAddr, process::ExitCode, time::Instant};

use clap::Args;
use plinth_migration::Report;
use plinth_settings::{MailTransport, Origin, Settings, Sources};

use crate::{
    demo::{self, Outcome},
    failure::Result,
    installation::{self, Installation, InstallationConfig, secret_key},
    migrate,
    model_servers::ModelServers,
    stop::Stop,
    terminal,
};

/// Run API and worker on this machine, database and demo data included
///
/// Starts a private PostgreSQL in .local (unless `database.url` is set, for example by
/// `DATABASE_URL`), migrates its schema, adds demo data on the first start, serves the API, runs
/// jobs and prints how to use it. Ctrl-C finishes running work and stops the database; a second
/// Ctrl-C stops at once. All data is kept for the next start. In a checkout, a small language model
/// runs in the background unless `PLINTH_DEV_AI` is `off`.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth dev
  plinth dev --port 9000
  DATABASE_URL=postgres://postgres@localhost/plinth plinth dev"
)]
pub(crate) struct Dev {
    /// TCP port to listen on; 0 takes any free one [default: server.port, which is 8080]
    #[arg(long)]
    port: Option<u16>,

    /// Address to listen on; 0.0.0.0 lets other machines in [default: server.host, 127.0.0.1]
    #[arg(long)]
    host: Option<IpAddr>,

    /// Run the sidecar of agents, too (Python 3.11 or newer; the first start installs its packages)
    #[arg(long)]
    agents: bool,
}

impl Dev {
    /// Runs until a signal stops it.
    pub(crate) async fn run(self, stop: &Stop) -> Result<ExitCode> {
        let asks_agents = self.agents;
        // A signal drops the future, which stops the database.
        let Some(ready) = stop.unless_asked(Box::pin(self.prepare())).await else {
            return Ok(ExitCode::SUCCESS);
        };
        let (mut installation, has_demo, runs_models) = ready?;
        let sidecar =
            if asks_agents { Some(agents::prepare(&mut installation.settings)?) } else { None };
        let telemetry = plinth_telemetry::init(
            &installation.settings.telemetry,
            installation.settings.environment,
            "plinth-dev",
            env!("CARGO_PKG_VERSION"),
        )?;
        let model =
            if runs_models { local_ai::start(&installation.settings, has_demo) } else { None };
        let sidecar = sidecar.as_ref().map(agents::start).transpose()?;
        let served = serve(&installation.settings, has_demo, stop).await;
        drop((model, sidecar));
        // Also after a failure, so that the database does not keep running.
        let closed = installation.close().await;
        telemetry.shutdown();
        served?;
        closed?;
        terminal::step("stopped");
        Ok(ExitCode::SUCCESS)
    }

    /// Prepares the database, its schema and demo data. Returns whether there is demo data, and whether
    /// this machine runs its models.
    async fn prepare(self) -> Result<(Installation, bool, bool)> {
        let sources = quieted(Sources::process());
        if sources.environment().is_production() {
            return Err("`plinth dev` is for development, and the environment is set to \
                        production: run plinth-api, or unset PLINTH_ENVIRONMENT"
                .into());
        }
        let mut config = InstallationConfig::load(&sources)?;
        let server = &mut config.settings.server;
        server.port = self.port.unwrap_or(server.port);
        server.host = self.host.unwrap_or(server.host);
        // Before the database is started.
        port::check(server.host, server.port)?;
        if sources.origin(installation::setting("mail.kind")) == Origin::Default {
            let mail = &mut config.settings.mail;
            mail.kind = MailTransport::Folder;
            mail.folder = plinth_local_servers::home()?.join("mail");
        }
        let mut installation = config.open().await?;
        let security = &mut installation.settings.security;
        if security.secret_key.is_none() {
            let file = plinth_local_servers::home()?.join("secret-key");
            security.secret_key = Some(secret_key::kept_in(&file)?);
        }
        let servers = ModelServers::find()?;
        if let Some(servers) = &servers {
            servers.allow(&mut installation.settings);
        }
        services::check(&installation.settings).await?;
        let migrated = migrate(&installation.settings).await?;
        let has_demo = seed(&installation, &migrated, servers.as_ref()).await?;
        Ok((installation, has_demo, servers.is_some_and(|servers| servers.are_local)))
    }
}

/// The sources with a default log filter that hides the HTTP server's messages about its
/// threads: they would follow the welcome text.
fn quieted(sources: Sources) -> Sources {
    let filter = installation::setting("telemetry.log_filter");
    if sources.origin(filter) == Origin::Default {
        sources.with_variable(filter.variable(), "info,actix_server=warn")
    } else {
        sources
    }
}

async fn migrate(settings: &Settings) -> Result<Report> {
    terminal::step("bringing the database's schema up to date");
    let report = migrate::up(settings).await?;
    if !report.applied.is_empty() {
        terminal::step(&migrate::summary(&report, "applied", ""));
    }
    Ok(report)
}

/// Adds demo data to a private database, and to another one only if it was empty. Returns
/// whether the demo data exists.
async fn seed(
    installation: &Installation,
    migrated: &Report,
    servers: Option<&ModelServers>,
) -> Result<bool> {
    let was_empty = !migrated.applied.is_empty()
        && migrate::count(&installation.settings).await? == migrated.applied.len();
    let started = Instant::now();
    let _lines = migrate::progress();
    if !installation.is_private() && !was_empty {
        let is_planted = demo::is_planted(&installation.settings).await?;
        if !is_planted {
            terminal::step("this database is not empty: run `plinth seed` to add demo data");
        }
        return Ok(is_planted);
    }
    if demo::plant(&installation.settings, servers).await? == Outcome::Added {
        terminal::step(&format!("demo data added ({})", terminal::time(started.elapsed())));
    }
    Ok(true)
}

/// Runs API and worker on one application, so that a new job wakes the worker at once.
async fn serve(settings: &Settings, has_demo: bool, stop: &Stop) -> Result<()> {
    let plinth = plinth_bootstrap::assemble(settings).await?;
    let both = async {
        let asked = stop.asked().child_token();
        let api = plinth_api::run_on(&plinth, settings, asked.clone(), |address| {
            let offer = welcome::Offer {
                console: settings.console.enabled,
                mails: settings.mail.kind == MailTransport::Folder,
                demo: has_demo,
            };
            welcome::print(address, offer);
        });
        plinth_worker::check_inspection(settings).await?;
        let renders = plinth_worker::check_rendering(settings).await?;
        let handlers = plinth_bootstrap::handlers(settings, &plinth, renders)?;
        let jobs = plinth_worker::run_on(&plinth, settings, asked.clone(), handlers);
        // When one of them ends, the other one stops.
        let (served, worked) = tokio::join!(
            async {
                let served = api.await;
                asked.cancel();
                served
            },
            async {
                let worked = jobs.await;
                asked.cancel();
                worked
            },
        );
        served?;
        worked?;
        plinth.clone().close().await;
        Ok(())
    };
    let second_signal = async {
        stop.asked().cancelled().await;
        terminal::step("stopping (Ctrl-C again: at once)");
        stop.insisted().await;
    };
    tokio::select! {
        ended = both => ended,
        () = second_signal => Ok(()),
    }
}
