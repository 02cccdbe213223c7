//! A cell is an installation that shares a directory with others: docs/cells.md. What the directory
//! tells about organizations and users is marked here when it changes, in the transaction that changes
//! it. Without a row in `cell`, nothing is marked.

use super::Sql;
use crate::tenancy::{COLUMNS, Rule, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    let everyone_reads =
        Rule { command: "SELECT", condition: "true", privileges: "SELECT, INSERT, UPDATE, DELETE" };
    Sql {
        name: "m0069_cells",
        up: [
            CELL,
            &tenancy.protect_by("cell", everyone_reads),
            USERS,
            &tenancy.protect_global("changed_users"),
            &organizations(),
            &tenancy.protect("changed_organizations"),
            MARKS,
            &closed(),
            &tenancy.protect("closed_organizations"),
            REFUSE,
        ]
        .join("\n"),
        down:
            "CREATE OR REPLACE FUNCTION journal_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO public.journal_pending (organization_id, id)
                VALUES (NEW.organization_id, NEW.id);
                RETURN NULL;
            END $$;
            DROP TABLE closed_organizations;
            DROP TRIGGER memberships_marked ON memberships;
            DROP TRIGGER organizations_marked ON organizations;
            DROP TRIGGER users_marked ON users;
            DROP FUNCTION mark_membership();
            DROP FUNCTION mark_organization();
            DROP FUNCTION mark_user();
            DROP TABLE changed_organizations;
            DROP TABLE changed_users;
            DROP TABLE cell;",
    }
}

/// At most one row. `users_seen` is how far this cell has read the users of the directory.
const CELL: &str = r#"
    CREATE TABLE cell (
        is_this boolean PRIMARY KEY DEFAULT true CHECK (is_this),
        name text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z_][a-z0-9_]{0,62}$'),
        users_seen bigint NOT NULL DEFAULT 0
    );"#;

/// `revision` counts the changes: a mark is removed unless its user has changed meanwhile.
const USERS: &str = "
    CREATE TABLE changed_users (user_id uuid PRIMARY KEY, revision bigint NOT NULL DEFAULT 1);";

/// The row has the organization's id, and its `version` counts the changes.
fn organizations() -> String {
    format!("CREATE TABLE changed_organizations ({COLUMNS});")
}

/// They run with the privileges of the writing role.
const MARKS: &str = "
    CREATE FUNCTION mark_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM public.cell) THEN
            INSERT INTO public.changed_users (user_id) VALUES (NEW.id)
            ON CONFLICT (user_id) DO UPDATE SET revision = changed_users.revision + 1;
        END IF;
        RETURN NULL;
    END $$;
    CREATE FUNCTION mark_organization() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM public.cell) THEN
            INSERT INTO public.changed_organizations (organization_id, id) VALUES (NEW.id, NEW.id)
            ON CONFLICT (organization_id, id) DO UPDATE SET version = changed_organizations.version + 1;
        END IF;
        RETURN NULL;
    END $$;
    CREATE FUNCTION mark_membership() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        owner constant uuid := coalesce(NEW.organization_id, OLD.organization_id);
    BEGIN
        IF EXISTS (SELECT FROM public.cell) THEN
            INSERT INTO public.changed_organizations (organization_id, id) VALUES (owner, owner)
            ON CONFLICT (organization_id, id) DO UPDATE SET version = changed_organizations.version + 1;
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION mark_user(), mark_organization(), mark_membership() FROM PUBLIC;
    CREATE TRIGGER users_marked AFTER INSERT OR UPDATE ON users
        FOR EACH ROW EXECUTE FUNCTION mark_user();
    CREATE TRIGGER organizations_marked AFTER INSERT OR UPDATE OF name, slug ON organizations
        FOR EACH ROW EXECUTE FUNCTION mark_organization();
    CREATE TRIGGER memberships_marked AFTER INSERT OR DELETE ON memberships
        FOR EACH ROW EXECUTE FUNCTION mark_membership();";

/// An organization whose rows are being copied to another cell, or were. The row has the organization's
/// id.
fn closed() -> String {
    format!("CREATE TABLE closed_organizations ({COLUMNS});")
}

/// Every command appends to the audit log, so none commits once its organization is closed: also one
/// that was admitted before, such as a long upload. `cannot_connect_now`: it may be repeated.
const REFUSE: &str = "
    CREATE OR REPLACE FUNCTION journal_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM public.closed_organizations c
                WHERE c.organization_id = NEW.organization_id) THEN
            RAISE EXCEPTION 'the organization is moving, or has moved' USING ERRCODE = '57P03';
        END IF;
        INSERT INTO public.journal_pending (organization_id, id) VALUES (NEW.organization_id, NEW.id);
        RETURN NULL;
    END $$;";
