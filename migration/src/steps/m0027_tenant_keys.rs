//! Tokens are found by organization and hash, and memberships carry the public values of their users:
//! no look-up by a token reads all organizations, and no policy reads another table.

use super::Sql;
use crate::tenancy::unforced;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0027_tenant_keys",
        up: [TOKENS, PEOPLE, &unforced(&["memberships", "users"], COPIED), COMPLETE].join("\n"),
        down: "CREATE POLICY users_tenant ON users FOR SELECT USING (EXISTS (SELECT FROM memberships m
                WHERE m.organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid)
                    AND m.user_id = users.id));
            ALTER TABLE memberships DROP email, DROP name;
            DROP INDEX sessions_access_hash_key, sessions_refresh_hash_key, sessions_root_idx,
                api_keys_secret_hash_key, invitations_token_hash_key;
            ALTER TABLE sessions DROP names_organization;
            ALTER TABLE api_keys DROP names_organization;
            ALTER TABLE invitations DROP names_organization;
            CREATE INDEX sessions_access_hash_idx ON sessions (access_hash);
            CREATE INDEX sessions_refresh_hash_idx ON sessions (refresh_hash);
            CREATE INDEX api_keys_secret_hash_idx ON api_keys (secret_hash);
            CREATE INDEX invitations_token_hash_idx ON invitations (token_hash);",
    }
}

/// `names_organization`: whether the token names the organization. The tokens of earlier versions do
/// not; indexes of their own find them without it. That of the roots has all rows, because a chain of
/// rotations that began with a token of an earlier version goes on with others.
const TOKENS: &str = "
    ALTER TABLE sessions ADD names_organization boolean NOT NULL DEFAULT false;
    ALTER TABLE api_keys ADD names_organization boolean NOT NULL DEFAULT false;
    ALTER TABLE invitations ADD names_organization boolean NOT NULL DEFAULT false;
    CREATE UNIQUE INDEX sessions_access_hash_key ON sessions (organization_id, access_hash);
    CREATE UNIQUE INDEX sessions_refresh_hash_key ON sessions (organization_id, refresh_hash);
    CREATE INDEX sessions_root_idx ON sessions (organization_id, root_hash);
    CREATE UNIQUE INDEX api_keys_secret_hash_key ON api_keys (organization_id, secret_hash);
    CREATE UNIQUE INDEX invitations_token_hash_key ON invitations (organization_id, token_hash);
    DROP INDEX sessions_access_hash_idx, sessions_refresh_hash_idx, api_keys_secret_hash_idx,
        invitations_token_hash_idx;
    CREATE INDEX sessions_access_hash_idx ON sessions (access_hash) WHERE NOT names_organization;
    CREATE INDEX sessions_refresh_hash_idx ON sessions (refresh_hash) WHERE NOT names_organization;
    CREATE INDEX api_keys_secret_hash_idx ON api_keys (secret_hash) WHERE NOT names_organization;
    CREATE INDEX invitations_token_hash_idx ON invitations (token_hash) WHERE NOT names_organization;";

const PEOPLE: &str = r#"
    DROP POLICY users_tenant ON users;
    ALTER TABLE memberships
        ADD email text COLLATE "C" CHECK (char_length(email) BETWEEN 3 AND 320)
            CONSTRAINT memberships_email_folded_check CHECK (email = lower(email)),
        ADD name text COLLATE "C" CHECK (char_length(name) BETWEEN 1 AND 200);"#;

const COPIED: &str = "
    UPDATE memberships m SET email = u.email, name = u.name FROM users u WHERE u.id = m.user_id";

/// A row that an earlier version or a statement by hand inserts has the defaults until the user's
/// name or address changes.
const COMPLETE: &str = "ALTER TABLE memberships
    ALTER email SET NOT NULL, ALTER email SET DEFAULT 'unknown@example.invalid',
    ALTER name SET NOT NULL, ALTER name SET DEFAULT 'Unknown';";
