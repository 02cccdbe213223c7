//! The API key by which an invitation was created: it is withdrawn with the key.

use super::Sql;

/// As for the parents of keys, the audit log names the keys of the invitations that exist already.
pub(super) fn step() -> Sql {
    Sql {
        name: "m0014_invitations_by_key",
        up: r"
            ALTER TABLE invitations
                ADD COLUMN api_key_id uuid,
                ADD CONSTRAINT invitations_api_key_fkey FOREIGN KEY (organization_id, api_key_id)
                    REFERENCES api_keys (organization_id, id);
            CREATE INDEX invitations_api_key_idx ON invitations (organization_id, api_key_id);
            SELECT set_config('app.scope', 'system', true);
            UPDATE invitations i SET api_key_id = k.id
            FROM audit_logs l
            JOIN api_keys k ON k.organization_id = l.organization_id AND k.id = l.actor_id
            WHERE l.action = 'invitation.created' AND l.actor_kind = 'api_key'
                AND i.organization_id = l.organization_id AND i.id = l.subject_id;
            SELECT set_config('app.scope', '', true);
            "
        .to_owned(),
        down: "ALTER TABLE invitations DROP COLUMN api_key_id",
    }
}
