//! Connections of organizations to providers of identities, the domains that they prove, and their members
//! at the providers.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0101_sso",
        up: [connections(tenancy), identities(tenancy), domains(tenancy)].join("\n"),
        down: "DROP TABLE organization_domains;
            DROP TABLE sso_identities;
            DROP TABLE sso_connections;",
    }
}

/// A role is the name of a built-in one, or the id of a custom one. The values of the claim and their roles
/// are two lists of the same length. A login finds the connection by its id alone.
fn connections(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE sso_connections (
            {COLUMNS},
            issuer text COLLATE "C" NOT NULL CHECK (char_length(issuer) BETWEEN 1 AND 500),
            client_id text NOT NULL CHECK (char_length(client_id) BETWEEN 1 AND 500),
            secret_id uuid,
            secret_last_four text COLLATE "C" CHECK (char_length(secret_last_four) <= 4),
            role text COLLATE "C" NOT NULL CHECK (char_length(role) BETWEEN 1 AND 36),
            claim text COLLATE "C" CHECK (char_length(claim) BETWEEN 1 AND 100),
            claim_values text[] NOT NULL CHECK (cardinality(claim_values) <= 50),
            claim_roles text[] NOT NULL CHECK (cardinality(claim_roles) <= 50),
            required boolean NOT NULL,
            proven_at timestamptz,
            UNIQUE (organization_id),
            UNIQUE (organization_id, secret_id),
            FOREIGN KEY (organization_id, secret_id) REFERENCES secrets (organization_id, id),
            CONSTRAINT sso_connections_secret_check
                CHECK ((secret_id IS NULL) = (secret_last_four IS NULL)),
            CONSTRAINT sso_connections_mapping_check
                CHECK (cardinality(claim_values) = cardinality(claim_roles)
                    AND (claim IS NULL) = (cardinality(claim_values) = 0)),
            CONSTRAINT sso_connections_required_check CHECK (proven_at IS NOT NULL OR NOT required)
        );
        CREATE INDEX sso_connections_id_idx ON sso_connections (id);
        {protect}
        "#,
        protect = tenancy.protect("sso_connections"),
    )
}

/// An identity goes with its connection, and with the membership of its user.
fn identities(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE sso_identities (
            {COLUMNS},
            connection_id uuid NOT NULL,
            subject text COLLATE "C" NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 255),
            user_id uuid NOT NULL,
            UNIQUE (organization_id, connection_id, subject),
            FOREIGN KEY (organization_id, connection_id)
                REFERENCES sso_connections (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, user_id)
                REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
        );
        CREATE INDEX sso_identities_user_id_idx ON sso_identities (organization_id, user_id);
        {protect}
        "#,
        protect = tenancy.protect("sso_identities"),
    )
}

/// Many organizations may claim a domain, and one has proven it. That index alone is of all organizations.
fn domains(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE organization_domains (
            {COLUMNS},
            domain text COLLATE "C" NOT NULL CHECK (char_length(domain) BETWEEN 3 AND 230),
            challenge text COLLATE "C" NOT NULL CHECK (char_length(challenge) BETWEEN 1 AND 100),
            verified_at timestamptz,
            UNIQUE (organization_id, domain)
        );
        CREATE UNIQUE INDEX organization_domains_verified_key ON organization_domains (domain)
            WHERE verified_at IS NOT NULL;
        {protect}
        "#,
        protect = tenancy.protect("organization_domains"),
    )
}
