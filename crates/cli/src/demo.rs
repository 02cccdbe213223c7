//! Demo data, made by the application's own use cases.

mod people;
mod projects;

use plinth_application::{
    Application, Caller,
    api_keys::{CreateApiKey, ListApiKeys},
};
use plinth_domain::{ApiKeyDraft, Grant, Name, Role};
use plinth_ports::{ApiKeySort, Direction, Origin, PageRequest, Sort};
use plinth_settings::Settings;

use crate::failure::Result;

pub(crate) use people::{OWNER_EMAIL, PASSWORD};

/// The last thing that is made: where it is, the demo data was complete once. A key is never
/// removed, only revoked, so nobody can bring it all back by tidying up.
const SEAL: &str = "Demo integration";

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was made, or completed.
    Added,
    /// It had been made before.
    AlreadyThere,
}

/// Puts the demo data into the database, unless it was there before.
pub(crate) async fn plant(settings: &Settings) -> Result<Outcome> {
    with(settings, async |app| fill(app).await).await
}

/// Whether somebody can log in as the demo's owner.
pub(crate) async fn is_planted(settings: &Settings) -> Result<bool> {
    with(settings, async |app| Ok(people::has_founder(app, &people::CONSTRUCTION).await?)).await
}

/// Runs something with the application on this database.
async fn with<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Application) -> Result<T>,
) -> Result<T> {
    let plinth = plinth_bootstrap::assemble(&for_planting(settings)).await?;
    let result = work(&plinth.application).await;
    plinth.close().await;
    result
}

/// How to log in, in a line.
pub(crate) fn login() -> String {
    format!("log in as {OWNER_EMAIL} with the password {PASSWORD}")
}

/// The same database, without what is meant for strangers, and unseen by the collector.
fn for_planting(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    let limits = &mut settings.rate_limits;
    for limit in [&mut limits.login_address_burst, &mut limits.login_account_burst] {
        *limit = limit.saturating_add(100);
    }
    settings.telemetry.otlp_endpoint = None;
    settings
}

async fn fill(app: &Application) -> Result<Outcome> {
    let owner = people::founder(app, &people::CONSTRUCTION).await?;
    if is_sealed(app, &owner).await? {
        return Ok(Outcome::AlreadyThere);
    }
    for (person, role) in people::STAFF {
        people::bring(app, &owner, &people::CONSTRUCTION, *person, *role).await?;
    }
    people::invite(app, &owner, people::NEWCOMER, Role::Member).await?;
    projects::plan(app, &owner, projects::CONSTRUCTION).await?;

    let partner = people::founder(app, &people::SURVEYING).await?;
    let guest = people::CONSTRUCTION.founder;
    people::bring(app, &partner, &people::SURVEYING, guest, Role::Admin).await?;
    projects::plan(app, &partner, projects::SURVEYING).await?;

    seal(app, &owner).await?;
    Ok(Outcome::Added)
}

async fn is_sealed(app: &Application, owner: &Caller) -> Result<bool> {
    let sort = Sort { by: ApiKeySort::CreatedAt, direction: Direction::Ascending };
    let page = PageRequest { limit: 200, sort, after: None };
    let keys = app.query(owner, ListApiKeys { page }).await?;
    Ok(keys.items.iter().any(|key| key.name.as_str() == SEAL))
}

/// Makes an API key that reads. Its secret is thrown away: it is there to be looked at.
async fn seal(app: &Application, owner: &Caller) -> Result<()> {
    let grant = Grant::Role(Role::Viewer);
    let draft = ApiKeyDraft { name: Name::parse(SEAL)?, grant, expires_at: None };
    app.execute(owner, CreateApiKey { draft }).await?;
    Ok(())
}

/// What the journal says of where the demo data came from.
fn origin() -> Origin {
    Origin { request_id: "plinth-seed".to_owned(), ..Origin::default() }
}
