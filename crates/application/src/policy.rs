use std::time::Duration;

use chrono::TimeDelta;
use plinth_domain::UploadLimit;

use crate::Limits;

/// Lifetimes and limits that an installation sets.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The lifetime of an access token.
    pub access_token: TimeDelta,
    /// The lifetime of a refresh token.
    pub refresh_token: TimeDelta,
    /// How long after the login a session by the connection of an organization ends, however often it is
    /// refreshed.
    pub sso_session: TimeDelta,
    /// How long after the exchange of a refresh token a second exchange gets the same tokens: two
    /// tabs do it at once, and an answer can be lost. Later it is a replay.
    pub refresh_again: TimeDelta,
    /// The lifetime of an invitation.
    pub invitation: TimeDelta,
    /// How long an organization is kept whose removal was asked for.
    pub erasure_grace: TimeDelta,
    /// How long the reply under an idempotency key is kept.
    pub idempotency: TimeDelta,
    /// How long an upload is kept after its last recorded progress.
    pub upload: TimeDelta,
    /// The lifetime of a presigned URL.
    pub presigned_url: Duration,
    /// The largest file that this server accepts, in bytes.
    pub max_upload_bytes: u64,
    /// The maximum number of concurrent uploads through this process.
    pub upload_slots: UploadSlotLimits,
    /// How many bytes of files one organization sends and receives in a second through this process;
    /// it waits for more.
    pub transfer_bytes_per_second: u64,
    /// What an organization may have.
    pub limits: Limits,
    /// How events are sent to webhooks.
    pub webhooks: WebhookPolicy,
    /// Whether a registration is completed by a mail, and does not tell which addresses have an account.
    pub confirms_registrations: bool,
    /// Whether there is a sidecar of agents.
    pub has_agents: bool,
}

/// How events are sent to webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookPolicy {
    /// The most webhooks of an organization.
    pub per_organization: u64,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// The time from each failed attempt to the next one: one attempt more than there are times.
    pub retries: [Option<TimeDelta>; 7],
    /// After so long a time without any success a webhook is switched off.
    pub disable_after: TimeDelta,
    /// How long deliveries are kept that have ended.
    pub kept: TimeDelta,
}

impl Default for WebhookPolicy {
    fn default() -> Self {
        Self {
            per_organization: 20,
            timeout: Duration::from_secs(15),
            retries: [
                TimeDelta::seconds(5),
                TimeDelta::minutes(5),
                TimeDelta::minutes(30),
                TimeDelta::hours(2),
                TimeDelta::hours(5),
                TimeDelta::hours(10),
                TimeDelta::hours(10),
            ]
            .map(Some),
            disable_after: TimeDelta::days(5),
            kept: TimeDelta::days(30),
        }
    }
}

/// The maximum number of concurrent uploads through one process: each holds up to three parts in
/// memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadSlotLimits {
    /// Of all organizations.
    pub total: usize,
    /// Of one organization.
    pub per_organization: usize,
    /// Of one user.
    pub per_user: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            access_token: TimeDelta::minutes(15),
            refresh_token: TimeDelta::days(30),
            sso_session: TimeDelta::hours(24),
            refresh_again: TimeDelta::seconds(10),
            invitation: TimeDelta::days(7),
            erasure_grace: TimeDelta::days(14),
            idempotency: TimeDelta::hours(24),
            upload: TimeDelta::hours(24),
            presigned_url: Duration::from_hours(1),
            max_upload_bytes: UploadLimit::MAX,
            upload_slots: UploadSlotLimits { total: 32, per_organization: 16, per_user: 8 },
            transfer_bytes_per_second: TRANSFER_BYTES_PER_SECOND,
            limits: Limits::default(),
            webhooks: WebhookPolicy::default(),
            confirms_registrations: false,
            has_agents: true,
        }
    }
}

/// 32 MiB: a quarter of what a gigabit line carries.
const TRANSFER_BYTES_PER_SECOND: u64 = 32 << 20;
