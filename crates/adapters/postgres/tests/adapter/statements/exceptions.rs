//! The parts of statements that do not name the organization of a table, each with the reason.

/// Why a part of a statement names no organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It asks, without locks, which organizations have something to do.
    Who,
    /// It belongs to a user, who may be a member of many organizations.
    User,
    /// It looks a secret up, which does not say where it belongs.
    Secret,
}

/// The views of the search. One policy has both the organization and what is looked for.
pub const POLICIES: [&str; 4] =
    ["found_documents", "found_document_chunks", "found_document_texts", "found_projects"];

/// The whole text of each part of a statement, from its tables to the end of its condition.
pub const EXCEPTIONS: &[(&str, Reason)] = &[
    // What has changed, for the directory of all cells.
    ("SELECT FROM changed_organizations", Reason::Who),
    // Jobs: whose lease has expired, whose time has come, and whose turn it is.
    (
        "SELECT FROM jobs WHERE state = 'running' AND lease_until <= now() AND ($2::TEXT[] IS \
         NULL OR attempt < max_attempts OR cancel_requested OR kind = ANY($2))",
        Reason::Who,
    ),
    (
        "SELECT FROM jobs WHERE state IN ('queued', 'failed') AND delayed AND run_at <= now()",
        Reason::Who,
    ),
    (
        "SELECT FROM jobs WHERE state IN ('queued', 'failed') AND NOT delayed AND priority < \
         $1",
        Reason::Who,
    ),
    (
        "SELECT FROM jobs w WHERE turns.lap = 0 AND w.state IN ('queued', 'failed') AND NOT \
         w.delayed AND w.priority = $2 AND w.organization_id >= $1",
        Reason::Who,
    ),
    (
        "SELECT FROM jobs w WHERE w.state IN ('queued', 'failed') AND NOT w.delayed AND \
         w.priority = $2 AND w.organization_id < turns.organization_id AND w.organization_id \
         >= CASE turns.lap WHEN 0 THEN '00000000-0000-0000-0000-000000000000' ELSE $1 END",
        Reason::Who,
    ),
    // How many wait, for metrics.
    ("SELECT FROM jobs WHERE state IN ('queued', 'failed') AND NOT delayed", Reason::Who),
    // Executions: whose lease has expired, and which ones of a process shall end.
    ("SELECT FROM execution_leases WHERE until <= now()", Reason::Who),
    ("SELECT FROM execution_leases WHERE holder = $1 AND cancel_requested", Reason::Who),
    // Webhooks that are behind the event stream, or have a delivery that is due.
    (
        "SELECT FROM webhook_cursors c WHERE c.enabled AND (c.until IS NULL OR c.until <= now()) \
         AND ($2::UUID[] IS NULL OR c.organization_id = ANY($2)) AND (c.due_at <= now() OR \
         c.number < (SELECT s.number FROM journal_sequence s WHERE s.organization_id = \
         c.organization_id ORDER BY s.number DESC LIMIT 1)) AND EXISTS (SELECT FROM organizations \
         o WHERE o.id = c.organization_id AND o.status = 'active')",
        Reason::Who,
    ),
    // The connection by which a user logs in: that of a domain, and that of an answer.
    (
        "SELECT FROM organization_domains WHERE organization_domains.domain = $1 AND \
         organization_domains.verified_at IS NOT NULL",
        Reason::Who,
    ),
    ("SELECT FROM sso_connections WHERE sso_connections.id = $1", Reason::Who),
    // Rows that have expired.
    ("SELECT FROM uploads WHERE uploads.expires_at <= $1 AND uploads.state <> $2", Reason::Who),
    ("SELECT FROM idempotency_keys r WHERE r.expires_at <= $1", Reason::Who),
    ("SELECT FROM jobs r WHERE r.finished_at <= $1 - INTERVAL '30 days'", Reason::Who),
    (
        "SELECT FROM sessions r WHERE r.access_expires_at <= $1 AND r.rotated_at IS NOT NULL \
         AND r.root_hash IS NOT NULL",
        Reason::Who,
    ),
    ("SELECT FROM sessions r WHERE r.expires_at <= $1", Reason::Who),
    ("SELECT FROM uploads r WHERE r.expires_at <= $1 AND r.state = 'finished'", Reason::Who),
    // The sequencer takes entries in the order of writing, and needs it within an organization only.
    ("SELECT FROM journal_pending WHERE quarantined_at IS NULL", Reason::Who),
    ("SELECT FROM journal_pending WHERE quarantined_at IS NOT NULL", Reason::Who),
    // The comparison of the storage with the database, and versions whose job is gone.
    ("SELECT FROM document_versions WHERE (organization_id, id) > ($1, $2)", Reason::Who),
    (
        "SELECT FROM document_versions v WHERE v.status IN ('pending', 'processing') AND NOT \
         EXISTS (SELECT FROM jobs j WHERE j.organization_id = v.organization_id AND j.id = \
         v.job_id AND j.state IN ('queued', 'running', 'failed'))",
        Reason::Who,
    ),
    // The secrets whose master key is not the newest, and how many there are of each.
    (
        "SELECT FROM secrets WHERE (organization_id, id) > ($1, $2) AND master_key <> $3",
        Reason::Who,
    ),
    ("SELECT FROM secrets", Reason::Who),
    // The organizations of a user, and what belongs to a user in all of them.
    (
        "SELECT FROM api_keys WHERE api_keys.created_by = $1 AND api_keys.revoked_at IS NULL",
        Reason::User,
    ),
    ("SELECT FROM memberships WHERE memberships.user_id = $1", Reason::User),
    (
        "SELECT FROM memberships INNER JOIN organizations ON memberships.organization_id = \
         organizations.id WHERE memberships.user_id = $1 AND organizations.status = $2 AND \
         memberships.suspended_at IS NULL",
        Reason::User,
    ),
    (
        "SELECT FROM sessions WHERE sessions.user_id IN (SELECT users.id FROM users WHERE \
         users.email = $1) AND sessions.client = $2",
        Reason::User,
    ),
    (
        "SELECT FROM sessions WHERE sessions.user_id = $1 AND (sessions.client IS NOT DISTINCT \
         FROM $2) AND (sessions.device IS NOT DISTINCT FROM $3)",
        Reason::User,
    ),
    (
        "SELECT FROM sessions WHERE sessions.user_id = $1 AND sessions.rotated_at IS NULL AND \
         sessions.revoked_at IS NULL AND sessions.expires_at > $2",
        Reason::User,
    ),
    (
        "UPDATE FROM api_keys WHERE api_keys.created_by = $4 AND api_keys.revoked_at IS NULL",
        Reason::User,
    ),
    (
        "UPDATE FROM memberships WHERE memberships.user_id = $6 AND (memberships.email <> $7 \
         OR memberships.name <> $8 OR (memberships.locale IS DISTINCT FROM $9))",
        Reason::User,
    ),
    (
        "UPDATE FROM sessions WHERE sessions.user_id = $4 AND sessions.family_id = $5 AND \
         sessions.revoked_at IS NULL",
        Reason::User,
    ),
    (
        "UPDATE FROM sessions WHERE sessions.user_id = $4 AND sessions.family_id <> $5 AND \
         sessions.revoked_at IS NULL",
        Reason::User,
    ),
    (
        "UPDATE FROM sessions WHERE sessions.user_id = $4 AND sessions.revoked_at IS NULL",
        Reason::User,
    ),
    // Tokens of earlier versions.
    (
        "SELECT FROM api_keys INNER JOIN memberships ON api_keys.organization_id = \
         memberships.organization_id AND api_keys.created_by = memberships.user_id INNER JOIN \
         users ON memberships.user_id = users.id INNER JOIN organizations ON \
         memberships.organization_id = organizations.id WHERE api_keys.secret_hash = $1 AND \
         (NOT api_keys.names_organization) AND users.status = $2 AND memberships.suspended_at \
         IS NULL",
        Reason::Secret,
    ),
    (
        "SELECT FROM invitations WHERE invitations.token_hash = $1 AND (NOT \
         invitations.names_organization)",
        Reason::Secret,
    ),
    (
        "SELECT FROM sessions WHERE sessions.refresh_hash = $1 AND (NOT \
         sessions.names_organization)",
        Reason::Secret,
    ),
    (
        "SELECT FROM sessions INNER JOIN memberships ON sessions.organization_id = \
         memberships.organization_id AND sessions.user_id = memberships.user_id INNER JOIN \
         users ON memberships.user_id = users.id INNER JOIN organizations ON \
         memberships.organization_id = organizations.id WHERE sessions.access_hash = $1 AND \
         (NOT sessions.names_organization) AND users.status = $2 AND memberships.suspended_at \
         IS NULL",
        Reason::Secret,
    ),
];

/// Whether a statement reads only, and locks nothing.
pub fn is_lock_free(text: &str) -> bool {
    let reads = text.starts_with("SELECT") || text.starts_with("WITH RECURSIVE turns");
    reads
        && ![" FOR UPDATE", " FOR NO KEY", " FOR SHARE", " FOR KEY"]
            .iter()
            .any(|lock| text.contains(lock))
}
