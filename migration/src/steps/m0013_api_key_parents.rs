//! The key that created a key: a child is revoked with its parent, and expires no later.

use super::Sql;

/// The audit log names the parents of the keys that exist already. The system scope lets the step
/// read it without a lock on it.
pub(super) fn step() -> Sql {
    Sql {
        name: "m0013_api_key_parents",
        up: r"
            ALTER TABLE api_keys
                ADD COLUMN parent_id uuid,
                ADD CONSTRAINT api_keys_parent_fkey FOREIGN KEY (organization_id, parent_id)
                    REFERENCES api_keys (organization_id, id),
                ADD CONSTRAINT api_keys_parent_check CHECK (parent_id <> id);
            CREATE INDEX api_keys_parent_idx ON api_keys (organization_id, parent_id);
            SELECT set_config('app.scope', 'system', true);
            UPDATE api_keys child SET parent_id = parent.id
            FROM audit_logs l
            JOIN api_keys parent
                ON parent.organization_id = l.organization_id AND parent.id = l.actor_id
            WHERE l.action = 'api_key.created' AND l.actor_kind = 'api_key'
                AND child.organization_id = l.organization_id AND child.id = l.subject_id
                AND child.id <> parent.id;
            WITH RECURSIVE bounded AS (
                SELECT organization_id, id, expires_at, revoked_at
                FROM api_keys WHERE parent_id IS NULL
                UNION ALL
                SELECT k.organization_id, k.id, least(k.expires_at, b.expires_at),
                    coalesce(k.revoked_at, b.revoked_at)
                FROM api_keys k JOIN bounded b
                    ON b.organization_id = k.organization_id AND b.id = k.parent_id
            )
            UPDATE api_keys k SET expires_at = b.expires_at, revoked_at = b.revoked_at,
                updated_at = now(), version = k.version + 1
            FROM bounded b
            WHERE b.organization_id = k.organization_id AND b.id = k.id
                AND (k.expires_at, k.revoked_at) IS DISTINCT FROM (b.expires_at, b.revoked_at);
            SELECT set_config('app.scope', '', true);
            "
        .to_owned(),
        down: "ALTER TABLE api_keys DROP COLUMN parent_id",
    }
}
