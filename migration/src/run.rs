//! The three kinds of runs: up, down, status.

use std::time::{Duration, Instant};

use sea_orm_migration::{DbErr, MigrationStatus, MigratorTraitSelf, sea_orm::DatabaseConnection};
use sqlx::{AssertSqlSafe, Executor};

use crate::{
    Error, Options,
    roles::{self, Names},
    session::Session,
    steps::Migrator,
};

/// A step that a run applied or reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The step's name, such as `m0009_projects`.
    pub name: String,
    /// The duration of the step.
    pub took: Duration,
}

/// The result of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The steps in the order they ran; empty when there was nothing to do.
    pub applied: Vec<Applied>,
    /// The whole run, waiting for other replicas included.
    pub took: Duration,
}

/// A step of this build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name, such as `m0009_projects`.
    pub name: String,
    /// Whether it is applied.
    pub applied: bool,
}

/// Applies every step that the database lacks, in order, each in its own transaction.
///
/// Two replicas may call it at once: one works, the other waits up to `lock_wait` and then
/// finds everything done. Each step is an info event of `tracing` as it ends.
///
/// The URL must lead to the server itself: a pooler that shares connections between
/// transactions loses the lock.
pub async fn up(admin_url: &str, options: &Options) -> Result<Report, Error> {
    run(admin_url, options, Direction::Up).await
}

/// Reverts the newest `steps` steps, or all of them for `None`. Their rows are lost.
///
/// Roles and extensions stay: other databases of the server use the roles.
pub async fn down(admin_url: &str, options: &Options, steps: Option<u32>) -> Result<Report, Error> {
    run(admin_url, options, Direction::Down(steps)).await
}

/// Creates what is missing of the roles, the extensions and their privileges, and returns the roles'
/// names. A backup is restored into a database that has them.
pub async fn make_roles(admin_url: &str, options: &Options) -> Result<Names, Error> {
    let session = Session::connect(admin_url, options).await?;
    let made = async {
        session.lock(options.lock_wait).await?;
        roles::prepare(session.pool(), options).await
    };
    let names = made.await;
    session.close().await;
    names
}

/// Every step of this build, oldest first, and whether it is applied.
///
/// It changes nothing and takes no lock; the application's role may call it, too.
pub async fn status(admin_url: &str, options: &Options) -> Result<Vec<Step>, Error> {
    let session = Session::connect(admin_url, options).await?;
    let steps = read(&migrator(options), &session.database()).await;
    session.close().await;
    steps
}

#[derive(Debug, Clone, Copy)]
enum Direction {
    Up,
    Down(Option<u32>),
}

async fn run(admin_url: &str, options: &Options, direction: Direction) -> Result<Report, Error> {
    let started = Instant::now();
    let session = Session::connect(admin_url, options).await?;
    let applied = work(&session, options, direction).await;
    session.close().await;
    Ok(Report { applied: applied?, took: started.elapsed() })
}

async fn work(
    session: &Session,
    options: &Options,
    direction: Direction,
) -> Result<Vec<Applied>, Error> {
    session.lock(options.lock_wait).await?;
    check_encoding(session).await?;
    let names = roles::prepare(session.pool(), options).await?;
    warn_of_a_narrow_locale(session).await?;
    let become_owner = AssertSqlSafe(format!("SET ROLE {}", names.owner));
    session
        .pool()
        .execute(become_owner)
        .await
        .map_err(|source| Error::Prepare { doing: "becoming the owner's role", source })?;

    let migrator = migrator(options);
    let database = session.database();
    migrator.install(&database).await.map_err(Error::History)?;
    let known = read(&migrator, &database).await?;
    let mut applied = Vec::new();
    for name in chosen(known, direction) {
        let started = Instant::now();
        let result = match direction {
            Direction::Up => migrator.up(&database, Some(1)).await,
            Direction::Down(_) => migrator.down(&database, Some(1)).await,
        };
        result.map_err(|source| Error::Step { name: name.clone(), source })?;
        let took = started.elapsed();
        tracing::info!(step = name, ?took, ?direction, "migrated");
        applied.push(Applied { name, took });
    }
    roles::let_read(session.pool(), &names).await?;
    Ok(applied)
}

/// The names of the steps to run, in the order they run.
fn chosen(known: Vec<Step>, direction: Direction) -> Vec<String> {
    let pick = |applied| move |step: Step| (step.applied == applied).then_some(step.name);
    match direction {
        Direction::Up => known.into_iter().filter_map(pick(false)).collect(),
        Direction::Down(steps) => {
            let limit = steps.map_or(usize::MAX, |steps| steps as usize);
            known.into_iter().rev().filter_map(pick(true)).take(limit).collect()
        }
    }
}

/// The steps and their state. An applied step that this build does not have is an error.
async fn read(migrator: &Migrator, database: &DatabaseConnection) -> Result<Vec<Step>, Error> {
    let steps = migrator.get_migration_with_status_read_only(database).await;
    let steps = steps.map_err(|error| match error {
        // The only error without a source.
        DbErr::Custom(missing) => Error::Newer { missing },
        other => Error::History(other),
    })?;
    let step = |step: &sea_orm_migration::Migration| Step {
        name: step.name().to_owned(),
        applied: step.status() == MigrationStatus::Applied,
    };
    Ok(steps.iter().map(step).collect())
}

/// The encoding of a database cannot be changed later.
async fn check_encoding(session: &Session) -> Result<(), Error> {
    let found: String = sqlx::query_scalar("SELECT current_setting('server_encoding')")
        .fetch_one(session.pool())
        .await
        .map_err(|source| Error::Prepare { doing: "looking at the encoding", source })?;
    if found == "UTF8" { Ok(()) } else { Err(Error::Encoding { found }) }
}

/// `pg_trgm` takes the letters of words from `LC_CTYPE`: in `C` it knows those of ASCII. This warns
/// about it, because a locale cannot be changed later.
async fn warn_of_a_narrow_locale(session: &Session) -> Result<(), Error> {
    let knows: bool = sqlx::query_scalar("SELECT cardinality(show_trgm('ä')) > 0")
        .fetch_one(session.pool())
        .await
        .map_err(|source| Error::Prepare { doing: "looking at the locale", source })?;
    if !knows {
        tracing::warn!(
            "this database's LC_CTYPE knows letters of ASCII only, so searches in names find no \
             similar words in other letters, and read all names: create it with a UTF-8 locale \
             such as C.UTF-8"
        );
    }
    Ok(())
}

fn migrator(options: &Options) -> Migrator {
    Migrator { application_role: options.application_role.clone() }
}
