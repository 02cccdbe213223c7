//! The settings of a process, loaded and checked.

use crate::{
    Environment, Faults, Sources,
    catalogue::{ENVIRONMENT, ENVIRONMENTS},
    layers,
    reading::Reading,
    sections::{
        Agents, Cell, Console, Database, Erasure, Mail, Oidc, Operator, OrganizationLimits,
        Outgoing, PlansOfOrganizations, RateLimits, Redis, Render, Secrets, Security, Server,
        Storage, Telemetry, Webhooks, Worker,
    },
};

/// All settings, validated.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The environment of the process.
    pub environment: Environment,
    /// The HTTP server.
    pub server: Server,
    /// The web application.
    pub console: Console,
    /// PostgreSQL.
    pub database: Database,
    /// Redis.
    pub redis: Redis,
    /// Object storage for files.
    pub storage: Storage,
    /// Keys and lifetimes of credentials.
    pub security: Security,
    /// The encryption of what organizations entrust.
    pub secrets: Secrets,
    /// Rate limits of requests.
    pub rate_limits: RateLimits,
    /// What one organization may have.
    pub limits: OrganizationLimits,
    /// The plans of organizations.
    pub plans: PlansOfOrganizations,
    /// The removal of organizations.
    pub erasure: Erasure,
    /// The API of operators.
    pub operator: Operator,
    /// The worker.
    pub worker: Worker,
    /// The PDFs of invoices.
    pub render: Render,
    /// Mails to users.
    pub mail: Mail,
    /// Providers of identities.
    pub oidc: Oidc,
    /// Requests to servers that users name.
    pub outgoing: Outgoing,
    /// Events to the servers of organizations.
    pub webhooks: Webhooks,
    /// The sidecar that runs agents.
    pub agents: Agents,
    /// One of several installations that share a directory.
    pub cell: Cell,
    /// Logs, traces and metrics.
    pub telemetry: Telemetry,
}

impl Settings {
    /// Reads and validates every setting.
    ///
    /// # Errors
    /// All faults: missing, invalid and unknown settings.
    pub fn load(sources: &Sources) -> Result<Self, Faults> {
        let (values, faults) = layers::merge(sources);
        let mut reading = Reading::new(&values, faults);
        let environment = reading.value(&ENVIRONMENT, &ENVIRONMENTS);
        let server = Server::read(&mut reading);
        let console = Console::read(&mut reading);
        let database = Database::read(&mut reading);
        let redis = Redis::read(&mut reading);
        let storage = Storage::read(&mut reading);
        let storage = storage.and_then(|storage| storage.checked(&mut reading));
        let security = Security::read(&mut reading);
        let secrets = Secrets::read(&mut reading);
        let rate_limits = RateLimits::read(&mut reading);
        let limits = OrganizationLimits::read(&mut reading);
        let plans = PlansOfOrganizations::read(&mut reading);
        let erasure = Erasure::read(&mut reading);
        let operator = Operator::read(&mut reading);
        let operator = operator.and_then(|operator| operator.checked(&mut reading));
        let worker = Worker::read(&mut reading);
        let render = Render::read(&mut reading);
        let mail = Mail::read(&mut reading);
        let confirms = security.as_ref().is_some_and(Security::confirms_registrations);
        let mail = mail.and_then(|mail| mail.checked(&mut reading, confirms));
        let oidc = Oidc::read(&mut reading);
        let outgoing = Outgoing::read(&mut reading);
        let webhooks = Webhooks::read(&mut reading);
        let agents = Agents::read(&mut reading);
        let cell = Cell::read(&mut reading);
        let cell = cell.and_then(|cell| cell.checked(&mut reading));
        let telemetry = Telemetry::read(&mut reading);
        let settings = || {
            Some(Self {
                environment: environment?,
                server: server?,
                console: console?,
                database: database?,
                redis: redis?,
                storage: storage?,
                security: security?,
                secrets: secrets?,
                rate_limits: rate_limits?,
                limits: limits?,
                plans: plans?,
                erasure: erasure?,
                operator: operator?,
                worker: worker?,
                render: render?,
                mail: mail?,
                oidc: oidc?,
                outgoing: outgoing?,
                webhooks: webhooks?,
                agents: agents?,
                cell: cell?,
                telemetry: telemetry?,
            })
        };
        reading.finish(settings())
    }
}
