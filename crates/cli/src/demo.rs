//! Demo data, created by the use cases of the application.

mod books;
mod evaluations;
mod models;
mod people;
mod projects;

use plinth_application::{
    Application, Caller, Command, Error, Rendered,
    api_keys::{CreateApiKey, ListApiKeys},
};
use plinth_domain::{ApiKeyDraft, Grant, Name, Role};
use plinth_ports::{ApiKeySort, Direction, IdempotencyKey, Origin, PageRequest, Sort, StoredReply};
use plinth_settings::Settings;
use uuid::Uuid;

use crate::{failure::Result, model_servers::ModelServers};

pub(crate) use people::{OWNER_EMAIL, PASSWORD};

/// The last record that is created. If it exists, the demo data was complete once. API keys are
/// revoked and never removed, so removing demo data does not bring it back.
const SEAL: &str = "Demo integration";

/// The name of the prompt, which is evaluated.
const PROMPT: &str = "summarize";

/// The result of adding demo data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was added or completed.
    Added,
    /// It existed before.
    AlreadyThere,
}

/// Adds the demo data to the database, unless it existed before. No model is called.
pub(crate) async fn plant(settings: &Settings, servers: Option<&ModelServers>) -> Result<Outcome> {
    let mut settings = settings.clone();
    if let Some(servers) = servers {
        servers.allow(&mut settings);
    }
    with(&settings, async |app| fill(app, servers).await).await
}

/// Evaluates the prompt of the demo data, once. Whether a worker has to run an evaluation now.
pub(crate) async fn evaluate(settings: &Settings) -> Result<bool> {
    with(settings, async |app| {
        let owner = people::founder(app, &people::CONSTRUCTION).await?;
        evaluations::begin(app, &owner).await
    })
    .await
}

/// Whether the owner of the demo organization exists.
pub(crate) async fn is_planted(settings: &Settings) -> Result<bool> {
    with(settings, async |app| Ok(people::has_founder(app, &people::CONSTRUCTION).await?)).await
}

/// Runs `work` with the application on this database.
async fn with<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Application) -> Result<T>,
) -> Result<T> {
    let plinth = plinth_bootstrap::assemble(&for_planting(settings)).await?;
    let result = work(&plinth.application).await;
    plinth.close().await;
    result
}

/// How to log in, in one line.
pub(crate) fn login() -> String {
    format!("log in as {OWNER_EMAIL} with the password {PASSWORD}")
}

/// The same database with higher login limits and without a telemetry collector.
fn for_planting(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    let limits = &mut settings.rate_limits;
    for limit in [&mut limits.login_address_burst, &mut limits.login_account_burst] {
        *limit = limit.saturating_add(100);
    }
    settings.telemetry.otlp_endpoint = None;
    settings.telemetry.prometheus_address = None;
    settings
}

async fn fill(app: &Application, servers: Option<&ModelServers>) -> Result<Outcome> {
    let owner = people::founder(app, &people::CONSTRUCTION).await?;
    if is_sealed(app, &owner).await? {
        return Ok(Outcome::AlreadyThere);
    }
    for (person, role) in people::STAFF {
        people::bring(app, &owner, &people::CONSTRUCTION, *person, *role).await?;
    }
    people::invite(app, &owner, people::NEWCOMER, Role::Member).await?;
    projects::plan(app, &owner, projects::CONSTRUCTION).await?;
    books::keep(app, &owner).await?;
    if let Some(servers) = servers {
        models::connect(app, &owner, servers).await?;
    }

    let partner = people::founder(app, &people::SURVEYING).await?;
    let guest = people::CONSTRUCTION.founder;
    people::bring(app, &partner, &people::SURVEYING, guest, Role::Admin).await?;
    projects::plan(app, &partner, projects::SURVEYING).await?;

    seal(app, &owner).await?;
    Ok(Outcome::Added)
}

async fn is_sealed(app: &Application, owner: &Caller) -> Result<bool> {
    let sort = Sort { by: ApiKeySort::CreatedAt, direction: Direction::Ascending };
    let page = PageRequest::first(200, sort);
    let keys = app.query(owner, ListApiKeys { page }).await?;
    Ok(keys.items.iter().any(|key| key.name.as_str() == SEAL))
}

/// Creates a read-only API key. Its secret is not kept.
async fn seal(app: &Application, owner: &Caller) -> Result<()> {
    let grant = Grant::Role(Role::Viewer);
    let name = Name::parse(SEAL)?;
    let draft = ApiKeyDraft { name, grant, prompts: None, expires_at: None };
    app.execute(owner, CreateApiKey { draft, budget: None, service: None }).await?;
    Ok(())
}

/// The origin of demo data in the audit log.
fn origin() -> Origin {
    Origin { request_id: "plinth-seed".to_owned(), ..Origin::default() }
}

/// Runs a command once, also in several runs of a day: the identity of what it made.
async fn once<C: Command>(
    app: &Application,
    owner: &Caller,
    name: &str,
    command: C,
    id: impl FnOnce(&C::Output) -> Uuid + Send + 'static,
) -> Result<Uuid> {
    let key = IdempotencyKey { key: format!("demo-{name}"), fingerprint: [0; 32] };
    let render = move |output: &C::Output| {
        let body = format!("\"{}\"", id(output)).into_bytes();
        let reply = StoredReply { status: 200, etag: None, location: None, body };
        Ok::<_, Error>(Rendered { reply, redacted: None })
    };
    let answer = app.execute_once(owner, Some(key), command, render).await?;
    Ok(serde_json::from_slice(&answer.reply.body)?)
}
