use std::sync::Arc;

use plinth_ports::{
    AccessCache, Blobs, Bus, CatalogueCache, Cell, CellStore, Clock, Directory, ExecutionLeases,
    ExecutionMeter, GlyphCoverage, Health, Ids, Inspector, Leaderboards, ModelClient, OidcClient,
    OidcProvider, OutgoingAddresses, PasswordHasher, PromptTemplates, QrCodes, RateLimiter,
    SecretKeys, SecretVault, Secrets, Sequencer, StorageLedger, StorageOwner, Store, SystemStore,
    TxtLookup,
    e_documents::{EDocumentReader, EInvoiceWriter},
};

use crate::{SigningKey, plans::Plans};

/// The adapters that the use cases work with.
pub struct Ports {
    /// The database.
    pub stores: Stores,
    /// The object storage.
    pub files: Files,
    /// Secrets, password hashes, rate limits and the access cache.
    pub security: Security,
    /// The e-invoices that the organization issues.
    pub e_invoices: Arc<dyn EInvoiceWriter>,
    /// The electronic documents of others.
    pub e_documents: Arc<dyn EDocumentReader>,
    /// Reads pictures that users send of themselves.
    pub pictures: Arc<dyn Inspector>,
    /// The templates of prompts.
    pub templates: Arc<dyn PromptTemplates>,
    /// What executions read, cached.
    pub catalogue: Arc<dyn CatalogueCache>,
    /// The models of providers.
    pub models: Arc<dyn ModelClient>,
    /// What the operator counts of executions.
    pub meter: Arc<dyn ExecutionMeter>,
    /// Hints to other processes that something has changed.
    pub bus: Arc<dyn Bus>,
    /// Leaderboards that processes share; `None` where there is no Redis.
    pub leaderboards: Option<Arc<dyn Leaderboards>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New identities.
    pub ids: Arc<dyn Ids>,
    /// The characters that invoices can be printed with.
    pub glyphs: Arc<dyn GlyphCoverage>,
    /// The QR codes of second factors.
    pub qr_codes: Arc<dyn QrCodes>,
    /// The providers of identities.
    pub oidc: Oidc,
    /// What organizations may have and use.
    pub plans: Plans,
    /// The records by which organizations prove domains.
    pub txt: Arc<dyn TxtLookup>,
    /// The addresses that users may have called.
    pub addresses: Arc<dyn OutgoingAddresses>,
    /// What mails need; `None` in an installation that sends none.
    pub mail: Option<MailOptions>,
    /// The other cells; `None` in an installation of its own.
    pub cells: Option<Cells>,
    /// Checks of the dependencies.
    pub health: HealthChecks,
}

/// The stores in the database.
pub struct Stores {
    /// One organization's records.
    pub tenant: Arc<dyn Store>,
    /// Accounts, sessions and sweeps, across organizations.
    pub system: Arc<dyn SystemStore>,
    /// The numbers of the event stream.
    pub sequencer: Arc<dyn Sequencer>,
    /// The keys of all organizations' secrets.
    pub secret_keys: Arc<dyn SecretKeys>,
    /// The leases of executions.
    pub executions: Arc<dyn ExecutionLeases>,
}

/// The object storage, and the database's records about it.
pub struct Files {
    /// The object storage.
    pub blobs: Arc<dyn Blobs>,
    /// The uploads and versions of all organizations.
    pub ledger: Arc<dyn StorageLedger>,
    /// The storage's record of the database that owns it.
    pub owner: Arc<dyn StorageOwner>,
}

/// The ports by which credentials are created and verified.
pub struct Security {
    /// Random bytes.
    pub secrets: Arc<dyn Secrets>,
    /// The key of the installation.
    pub key: SigningKey,
    /// The encryption of what organizations entrust.
    pub vault: Arc<dyn SecretVault>,
    /// Password hashes.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Rate limits.
    pub limiter: Arc<dyn RateLimiter>,
    /// The cached access of credentials.
    pub cache: Arc<dyn AccessCache>,
}

/// The ports of an installation that is one of several cells.
pub struct Cells {
    /// This cell.
    pub here: Cell,
    /// The directory of all cells.
    pub directory: Arc<dyn Directory>,
    /// What this cell stores for the directory.
    pub store: Arc<dyn CellStore>,
}

/// The providers of identities by which users log in.
pub struct Oidc {
    /// Asks them.
    pub client: Arc<dyn OidcClient>,
    /// Those of the settings.
    pub providers: Vec<OidcProvider>,
    /// Where they send browsers back to, each of them to an address below: a page of the installation,
    /// or of its client. Without a `/` at its end.
    pub redirect_base: String,
}

impl Oidc {
    /// Where this provider sends browsers back to. No two have one address, so that an answer is known
    /// to be of the provider that was asked (RFC 9700, section 4.4.2.2).
    #[must_use]
    pub fn redirect_uri(&self, provider: &OidcProvider) -> String {
        format!("{}/{}", self.redirect_base, provider.id)
    }
}

impl Default for Oidc {
    /// No provider.
    fn default() -> Self {
        Self { client: Arc::new(()), providers: Vec::new(), redirect_base: String::new() }
    }
}

/// What a mail needs of the installation.
#[derive(Debug, Clone)]
pub struct MailOptions {
    /// Where people reach the installation, without a slash at its end. Links in mails begin with it.
    pub public_url: String,
}

/// One check for each dependency.
pub struct HealthChecks {
    /// PostgreSQL.
    pub database: Arc<dyn Health>,
    /// Redis.
    pub redis: Arc<dyn Health>,
    /// The object storage.
    pub storage: Arc<dyn Health>,
}
