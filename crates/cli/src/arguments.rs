//! The command line of `plinth`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    audit::Audit,
    cell::Cell,
    dev::Dev,
    doctor::Doctor,
    failure::{Interrupted, Result},
    mail::Mail,
    migrate::Migrate,
    openapi::Openapi,
    operator::Operator,
    organization::Organization,
    people::{Call, Create, Delete, Get, List, Login, Logout, Update, Upload, Watch, Whoami},
    secrets::Secrets,
    seed::Seed,
    stop::Stop,
    storage::Storage,
};

/// Run an installation of Plinth, and use the API of one.
///
/// login, logout, whoami, list, get, create, update, delete, call, upload and watch use the API, as
/// any client: docs/command-line.md. The other commands run, migrate, seed and check an installation.
/// Their settings come from the environment, .env (in development) and plinth.toml; see
/// docs/configuration.md. Without a configured database, they start and stop a private PostgreSQL.
///
/// Exit codes: 0 done, 1 failed, 2 invalid arguments, 78 invalid settings, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "plinth", version, verbatim_doc_comment)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Dev(Dev),
    Migrate(Migrate),
    Seed(Seed),
    Openapi(Openapi),
    Doctor(Doctor),
    Audit(Audit),
    Storage(Storage),
    Secrets(Secrets),
    Organization(Organization),
    Operator(Operator),
    Cell(Cell),
    Mail(Mail),
    Login(Login),
    Logout(Logout),
    Whoami(Whoami),
    List(List),
    Get(Get),
    Create(Create),
    Update(Update),
    Delete(Delete),
    Call(Call),
    Upload(Upload),
    Watch(Watch),
}

impl Command {
    /// Runs to the end, or until a signal interrupts it.
    pub(crate) async fn run(self, stop: Stop) -> Result<ExitCode> {
        let done = match self {
            // It ends by a signal, so that is success.
            Self::Dev(dev) => Some(Box::pin(dev.run(&stop)).await),
            Self::Migrate(migrate) => stop.unless_asked(Box::pin(migrate.run())).await,
            Self::Seed(seed) => stop.unless_asked(Box::pin(seed.run())).await,
            Self::Openapi(openapi) => Some(openapi.run()),
            Self::Storage(storage) => stop.unless_asked(Box::pin(storage.run())).await,
            Self::Secrets(secrets) => stop.unless_asked(Box::pin(secrets.run())).await,
            Self::Organization(organization) => {
                stop.unless_asked(Box::pin(organization.run())).await
            }
            Self::Operator(operator) => stop.unless_asked(Box::pin(operator.run())).await,
            Self::Mail(mail) => stop.unless_asked(Box::pin(mail.run())).await,
            Self::Cell(cell) => stop.unless_asked(Box::pin(cell.run())).await,
            Self::Audit(audit) => stop.unless_asked(Box::pin(audit.run())).await,
            Self::Doctor(doctor) => stop.unless_asked(Box::pin(doctor.run())).await,
            Self::Login(login) => stop.unless_asked(Box::pin(login.run())).await,
            Self::Logout(logout) => stop.unless_asked(Box::pin(logout.run())).await,
            Self::Whoami(whoami) => stop.unless_asked(Box::pin(whoami.run())).await,
            Self::List(list) => stop.unless_asked(Box::pin(list.run())).await,
            Self::Get(get) => stop.unless_asked(Box::pin(get.run())).await,
            Self::Create(create) => stop.unless_asked(Box::pin(create.run())).await,
            Self::Update(update) => stop.unless_asked(Box::pin(update.run())).await,
            Self::Delete(delete) => stop.unless_asked(Box::pin(delete.run())).await,
            Self::Call(call) => stop.unless_asked(Box::pin(call.run())).await,
            Self::Upload(upload) => stop.unless_asked(Box::pin(upload.run())).await,
            Self::Watch(watch) => stop.unless_asked(Box::pin(watch.run())).await,
        };
        done.unwrap_or_else(|| Err(Interrupted.into()))
    }
}
