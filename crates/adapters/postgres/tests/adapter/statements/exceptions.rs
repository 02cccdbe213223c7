//! The statements that do not name the organization of a table, each with the reason.

/// Why a statement names no organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It asks, without locks, which organizations have something to do.
    Who,
    /// It belongs to a user, who may be a member of many organizations.
    User,
    /// It looks a secret up, which does not say where it belongs.
    Secret,
    /// The policy of the table has the condition.
    Policy,
}

/// A part of the text of each statement.
pub const EXCEPTIONS: &[(&str, Reason)] = &[
    // Jobs: whose lease has expired, whose time has come, and whose turn it is.
    ("FROM jobs WHERE state = 'running' AND lease_until <= now()", Reason::Who),
    ("FROM jobs WHERE state IN ('queued', 'failed') AND delayed AND run_at <= now()", Reason::Who),
    ("SELECT priority FROM jobs", Reason::Who),
    ("WITH RECURSIVE turns", Reason::Who),
    // Rows that have expired.
    ("SELECT r.organization_id, r.id FROM ", Reason::Who),
    ("FROM uploads WHERE uploads.expires_at <= $1", Reason::Who),
    // The sequencer takes entries in the order of writing, and needs it within an organization only.
    ("FROM journal_pending WHERE quarantined_at IS NULL", Reason::Who),
    ("SELECT count(*) FROM journal_pending", Reason::Who),
    // The comparison of the storage with the database, and versions whose job is gone.
    ("FROM document_versions WHERE (organization_id, id) > ($1, $2)", Reason::Who),
    ("FROM document_versions v WHERE v.status IN ('pending', 'processing')", Reason::Who),
    // The organizations of a user, and the revocation of what belongs to a user.
    ("FROM memberships WHERE memberships.user_id = $1 LIMIT", Reason::User),
    ("WHERE memberships.user_id = $1 AND organizations.status", Reason::User),
    ("FROM sessions WHERE sessions.user_id IN (SELECT users.id", Reason::User),
    ("version = version + $3 WHERE sessions.user_id = $4", Reason::User),
    ("version = version + $3 WHERE api_keys.created_by = $4", Reason::User),
    ("FROM api_keys WHERE api_keys.created_by = $1 AND api_keys.revoked_at IS NULL", Reason::User),
    ("UPDATE memberships SET email = $1, name = $2", Reason::User),
    // Tokens of earlier versions.
    ("WHERE api_keys.secret_hash ", Reason::Secret),
    ("WHERE sessions.access_hash ", Reason::Secret),
    ("WHERE sessions.refresh_hash ", Reason::Secret),
    ("WHERE invitations.token_hash ", Reason::Secret),
    // The search: one policy has both the organization and what is looked for.
    ("FROM found_documents", Reason::Policy),
    ("FROM found_projects", Reason::Policy),
];

/// Whether a statement reads only, and locks nothing.
pub fn is_lock_free(text: &str) -> bool {
    let reads = text.starts_with("SELECT") || text.starts_with("WITH RECURSIVE turns");
    reads
        && ![" FOR UPDATE", " FOR NO KEY", " FOR SHARE", " FOR KEY"]
            .iter()
            .any(|lock| text.contains(lock))
}
