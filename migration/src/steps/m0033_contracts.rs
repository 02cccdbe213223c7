//! Contracts, their amendments and their positions.

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> = Names { table: "contracts", of: &["number", "title"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0033_contracts",
        up: [
            contracts(tenancy),
            amendments(tenancy),
            positions(tenancy),
            FROZEN_CONTRACTS.to_owned(),
            FROZEN_POSITIONS.to_owned(),
        ]
        .join("\n"),
        down: "DROP TABLE contract_positions;
            DROP TABLE contract_amendments;
            ALTER TABLE contracts NO INHERIT found_contracts;
            DROP TABLE found_contracts;
            DROP TABLE contracts;
            DROP FUNCTION keep_contract();
            DROP FUNCTION keep_contract_positions();
            DROP FUNCTION keep_contract_amendments();",
    }
}

/// `number_order` and `signed_order` are what lists are ordered by: a page cannot begin behind null.
fn contracts(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE contracts (
            {COLUMNS},
            {searched},
            status text COLLATE "C" NOT NULL
                CHECK (status IN ('draft', 'active', 'completed', 'terminated')),
            number text COLLATE "C" CHECK (char_length(number) BETWEEN 1 AND 40),
            number_order text COLLATE "C" NOT NULL CHECK (number_order = coalesce(number, '')),
            title text COLLATE "C" NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
            party_id uuid NOT NULL,
            project_id uuid,
            document_id uuid,
            role text NOT NULL CHECK (role IN ('sale', 'purchase')),
            currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{{3}}$'),
            value_minor bigint NOT NULL
                CHECK (value_minor BETWEEN -9000000000000000 AND 9000000000000000),
            signed_at date,
            signed_order timestamptz NOT NULL CHECK (signed_order =
                coalesce(signed_at, date '0001-01-01')::timestamp AT TIME ZONE 'UTC'),
            starts_on date,
            ends_on date CHECK (ends_on >= starts_on),
            retention smallint NOT NULL CHECK (retention BETWEEN 0 AND 10000),
            note text COLLATE "C" CHECK (char_length(note) <= 10000),
            terminated_on date,
            termination_reason text COLLATE "C"
                CHECK (char_length(termination_reason) BETWEEN 1 AND 1000),
            metadata jsonb NOT NULL DEFAULT '{{}}'
                CHECK (jsonb_typeof(metadata) = 'object')
                CHECK (octet_length(metadata::text) <= 32768),
            UNIQUE (organization_id, number),
            FOREIGN KEY (organization_id, party_id) REFERENCES parties (organization_id, id),
            FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
            FOREIGN KEY (organization_id, document_id) REFERENCES documents (organization_id, id),
            CONSTRAINT contracts_active_check CHECK (status = 'draft' OR number IS NOT NULL),
            CONSTRAINT contracts_termination_check CHECK (
                (status = 'terminated') = (terminated_on IS NOT NULL)
                AND (status = 'terminated') = (termination_reason IS NOT NULL))
        );
        CREATE INDEX contracts_created_at_idx ON contracts (organization_id, created_at, id);
        CREATE INDEX contracts_updated_at_idx ON contracts (organization_id, updated_at, id);
        CREATE INDEX contracts_number_idx ON contracts (organization_id, number_order, id);
        CREATE INDEX contracts_signed_idx ON contracts (organization_id, signed_order, id);
        CREATE INDEX contracts_status_idx ON contracts (organization_id, status, created_at, id);
        CREATE INDEX contracts_party_idx ON contracts (organization_id, party_id, created_at, id);
        CREATE INDEX contracts_project_idx ON contracts (organization_id, project_id, created_at, id);
        CREATE INDEX contracts_document_idx ON contracts (organization_id, document_id);
        {protect}
        {found}
        "#,
        protect = tenancy.protect("contracts"),
        searched = SEARCHED.columns(),
        found = SEARCHED.found(tenancy),
    )
}

fn amendments(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE contract_amendments (
            {COLUMNS},
            contract_id uuid NOT NULL,
            number smallint NOT NULL CHECK (number BETWEEN 1 AND 100),
            title text COLLATE "C" NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
            signed_at date,
            note text COLLATE "C" CHECK (char_length(note) BETWEEN 1 AND 2000),
            value_minor bigint NOT NULL,
            UNIQUE (organization_id, contract_id, number),
            FOREIGN KEY (organization_id, contract_id) REFERENCES contracts (organization_id, id)
        );
        {protect}
        "#,
        protect = tenancy.protect("contract_amendments"),
    )
}

/// A position is added by an amendment, or has been agreed at first.
fn positions(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE contract_positions (
            {COLUMNS},
            contract_id uuid NOT NULL,
            number smallint NOT NULL CHECK (number BETWEEN 1 AND 500),
            amendment smallint,
            changes smallint CHECK (changes < number),
            text text COLLATE "C" NOT NULL CHECK (char_length(text) BETWEEN 1 AND 2000),
            quantity numeric(18, 6) NOT NULL,
            unit text COLLATE "C" NOT NULL CHECK (unit ~ '^[A-Z0-9]{{2,3}}$'),
            unit_price numeric(18, 6) NOT NULL CHECK (unit_price >= 0),
            vat_category text NOT NULL CHECK (vat_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
            vat_rate smallint NOT NULL CHECK (vat_rate BETWEEN 0 AND 10000),
            exemption_reason text COLLATE "C"
                CHECK (char_length(exemption_reason) BETWEEN 1 AND 300),
            net_minor bigint NOT NULL,
            UNIQUE (organization_id, contract_id, number),
            FOREIGN KEY (organization_id, contract_id)
                REFERENCES contracts (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, contract_id, amendment)
                REFERENCES contract_amendments (organization_id, contract_id, number),
            FOREIGN KEY (organization_id, contract_id, changes)
                REFERENCES contract_positions (organization_id, contract_id, number),
            CONSTRAINT contract_positions_changes_check
                CHECK (changes IS NULL OR amendment IS NOT NULL)
        );
        CREATE INDEX contract_positions_amendment_idx
            ON contract_positions (organization_id, contract_id, amendment);
        CREATE INDEX contract_positions_changes_idx
            ON contract_positions (organization_id, contract_id, changes);
        {protect}
        "#,
        protect = tenancy.protect("contract_positions"),
    )
}

/// What was agreed never changes, also for the application's role. The trigger runs after the checks of
/// the foreign keys, whose names sort before its own.
const FROZEN_CONTRACTS: &str = r"
    CREATE FUNCTION keep_contract() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        described text[] := '{title,note,signed_at,signed_order,starts_on,ends_on,document_id,
            metadata,version,updated_at,folded,search}';
        -- Of an active contract also what a transition or an amendment writes.
        moving text[] := described || '{status,terminated_on,termination_reason,value_minor}'::text[];
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'a contract that was active is not removed'
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.status = 'active' AND NEW.status <> 'draft' THEN
            described := moving;
        END IF;
        IF to_jsonb(NEW) - described <> to_jsonb(OLD) - described THEN
            RAISE EXCEPTION 'what was agreed changes only by an amendment'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_contract() FROM PUBLIC;
    CREATE TRIGGER contracts_kept AFTER UPDATE OR DELETE ON contracts
        FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION keep_contract();";

/// Checked once for each statement. The positions of a removed draft have no contract any more. The
/// positions of a draft are replaced, not updated.
const FROZEN_POSITIONS: &str = r"
    CREATE FUNCTION keep_contract_positions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'a position is never updated' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM touched t JOIN public.contracts c
            ON c.organization_id = t.organization_id AND c.id = t.contract_id
            WHERE c.status <> CASE WHEN t.amendment IS NULL THEN 'draft' ELSE 'active' END
                OR TG_OP = 'DELETE' AND t.amendment IS NOT NULL) THEN
            RAISE EXCEPTION 'what was agreed changes only by an amendment'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_contract_positions() FROM PUBLIC;
    CREATE TRIGGER contract_positions_added AFTER INSERT ON contract_positions
        REFERENCING NEW TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION keep_contract_positions();
    CREATE TRIGGER contract_positions_changed BEFORE UPDATE ON contract_positions
        FOR EACH STATEMENT EXECUTE FUNCTION keep_contract_positions();
    CREATE TRIGGER contract_positions_removed AFTER DELETE ON contract_positions
        REFERENCING OLD TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION keep_contract_positions();

    CREATE FUNCTION keep_contract_amendments() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' OR EXISTS (SELECT FROM public.contracts c
            WHERE c.organization_id = NEW.organization_id AND c.id = NEW.contract_id
                AND c.status <> 'active') THEN
            RAISE EXCEPTION 'an amendment is added to an active contract, and never changes'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_contract_amendments() FROM PUBLIC;
    CREATE TRIGGER contract_amendments_kept AFTER INSERT OR UPDATE OR DELETE ON contract_amendments
        FOR EACH ROW EXECUTE FUNCTION keep_contract_amendments();";
