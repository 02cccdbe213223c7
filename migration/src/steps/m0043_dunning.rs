//! Dunning: notices, and what is not dunned.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0043_dunning",
        up: [BLOCKS.to_owned(), notices(tenancy), KEPT.to_owned()].join("\n"),
        down: r"
            DROP TABLE dunning_notices;
            DROP FUNCTION keep_dunning_notice();
            CREATE OR REPLACE FUNCTION keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                settled text[] :=
                    '{status,settled_minor,written_off_minor,version,updated_at,folded,search}';
            BEGIN
                IF TG_OP = 'DELETE' OR NEW.status = 'draft'
                    OR to_jsonb(NEW) - settled <> to_jsonb(OLD) - settled THEN
                    RAISE EXCEPTION 'an issued invoice never changes'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
            END $$;
            ALTER TABLE invoices DROP dunning_blocked;
            ALTER TABLE parties DROP consumer, DROP dunning_blocked;
            ALTER TABLE organizations DROP CONSTRAINT organizations_settings_size_check,
                ADD CONSTRAINT organizations_settings_size_check
                    CHECK (octet_length(settings::text) <= 16384) NOT VALID;",
    }
}

/// The settings have the texts of five levels in two languages. A block of the dunning of an issued
/// invoice begins and ends.
const BLOCKS: &str = r"
    ALTER TABLE organizations DROP CONSTRAINT organizations_settings_size_check,
        ADD CONSTRAINT organizations_settings_size_check
            CHECK (octet_length(settings::text) <= 98304) NOT VALID;
    ALTER TABLE parties
        ADD consumer boolean NOT NULL DEFAULT false,
        ADD dunning_blocked boolean NOT NULL DEFAULT false;
    ALTER TABLE parties ALTER consumer DROP DEFAULT, ALTER dunning_blocked DROP DEFAULT;
    ALTER TABLE invoices ADD dunning_blocked boolean NOT NULL DEFAULT false;
    ALTER TABLE invoices ALTER dunning_blocked DROP DEFAULT;
    CREATE OR REPLACE FUNCTION keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        settled text[] := '{status,settled_minor,written_off_minor,dunning_blocked,version,updated_at,folded,search}';
    BEGIN
        IF TG_OP = 'DELETE' OR NEW.status = 'draft'
            OR to_jsonb(NEW) - settled <> to_jsonb(OLD) - settled THEN
            RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;";

fn notices(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE dunning_notices (
            {COLUMNS},
            invoice_id uuid NOT NULL,
            party_id uuid NOT NULL,
            status text NOT NULL CHECK (status IN ('issued', 'withdrawn')),
            level smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
            dated_on date NOT NULL,
            pay_by date NOT NULL CHECK (pay_by > dated_on),
            currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{{3}}$'),
            overdue_minor bigint NOT NULL CHECK (overdue_minor > 0),
            interest_minor bigint NOT NULL CHECK (interest_minor >= 0),
            fee_minor bigint NOT NULL CHECK (fee_minor >= 0),
            fees_minor bigint NOT NULL CHECK (fees_minor >= 0),
            lump_sum_minor bigint NOT NULL CHECK (lump_sum_minor >= 0),
            total_minor bigint NOT NULL,
            is_consumer boolean NOT NULL,
            law text NOT NULL CHECK (law IN ('de', 'at', 'euro_area', 'unknown')),
            periods jsonb NOT NULL CHECK (jsonb_typeof(periods) = 'array')
                CHECK (octet_length(periods::text) <= 65536),
            language text NOT NULL CHECK (language IN ('de', 'en')),
            text text COLLATE "C" CHECK (char_length(text) BETWEEN 1 AND 1000),
            FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id),
            FOREIGN KEY (organization_id, party_id) REFERENCES parties (organization_id, id),
            CONSTRAINT dunning_notices_total_check CHECK
                (total_minor = overdue_minor + interest_minor + fees_minor + lump_sum_minor),
            CONSTRAINT dunning_notices_consumer_check CHECK (NOT is_consumer OR lump_sum_minor = 0)
        );
        CREATE UNIQUE INDEX dunning_notices_level_key
            ON dunning_notices (organization_id, invoice_id, level) WHERE status = 'issued';
        CREATE INDEX dunning_notices_invoice_idx ON dunning_notices (organization_id, invoice_id, id);
        CREATE INDEX dunning_notices_party_idx ON dunning_notices (organization_id, party_id, id);
        CREATE INDEX dunning_notices_created_at_idx
            ON dunning_notices (organization_id, created_at, id);
        CREATE INDEX dunning_notices_updated_at_idx
            ON dunning_notices (organization_id, updated_at, id);
        {protect}
        "#,
        protect = tenancy.protect_for("dunning_notices", "SELECT, INSERT, UPDATE"),
    )
}

/// What a notice claims never changes, also for the application's role. What was withdrawn stays so.
const KEPT: &str = r"
    CREATE FUNCTION keep_dunning_notice() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        described text[] := '{status,version,updated_at}';
    BEGIN
        IF OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn'
            OR to_jsonb(NEW) - described <> to_jsonb(OLD) - described THEN
            RAISE EXCEPTION 'a dunning notice never changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_dunning_notice() FROM PUBLIC;
    CREATE TRIGGER dunning_notices_kept AFTER UPDATE ON dunning_notices
        FOR EACH ROW EXECUTE FUNCTION keep_dunning_notice();";
