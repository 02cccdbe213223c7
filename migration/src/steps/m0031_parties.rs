//! Parties.

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> = Names { table: "parties", of: &["name", "number", "city", "vat_id"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0031_parties",
        // Lists leave out archived parties, so most of their orders have an index of the others.
        up: format!(
            r#"
            CREATE TABLE parties (
                {COLUMNS},
                {searched},
                name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
                number text COLLATE "C" CHECK (char_length(number) BETWEEN 1 AND 32),
                role text NOT NULL CHECK (role IN ('customer', 'supplier', 'both')),
                vat_id text COLLATE "C" CHECK (vat_id ~ '^[A-Z]{{2}}[A-Z0-9+]{{2,18}}$'),
                tax_number text COLLATE "C" CHECK (char_length(tax_number) BETWEEN 1 AND 50),
                registration text COLLATE "C" CHECK (char_length(registration) BETWEEN 1 AND 100),
                contact_name text COLLATE "C" CHECK (char_length(contact_name) BETWEEN 1 AND 200),
                contact_email text COLLATE "C" CHECK (char_length(contact_email) BETWEEN 1 AND 254),
                contact_phone text COLLATE "C" CHECK (char_length(contact_phone) BETWEEN 1 AND 50),
                street text COLLATE "C" CHECK (char_length(street) BETWEEN 1 AND 200),
                additional text COLLATE "C" CHECK (char_length(additional) BETWEEN 1 AND 200),
                postal_code text COLLATE "C" CHECK (char_length(postal_code) BETWEEN 1 AND 20),
                city text COLLATE "C" CHECK (char_length(city) BETWEEN 1 AND 100),
                region text COLLATE "C" CHECK (char_length(region) BETWEEN 1 AND 100),
                country text COLLATE "C" CHECK (country ~ '^[A-Z]{{2}}$'),
                iban text COLLATE "C" CHECK (iban ~ '^[A-Z]{{2}}[0-9]{{2}}[A-Z0-9]{{1,30}}$'),
                bic text COLLATE "C" CHECK (bic ~ '^[A-Z0-9]{{8}}([A-Z0-9]{{3}})?$'),
                bank_name text COLLATE "C" CHECK (char_length(bank_name) BETWEEN 1 AND 100),
                account_holder text COLLATE "C" CHECK (char_length(account_holder) BETWEEN 1 AND 200),
                payment_terms_days smallint CHECK (payment_terms_days BETWEEN 0 AND 365),
                buyer_reference text COLLATE "C" CHECK (char_length(buyer_reference) BETWEEN 1 AND 100),
                leitweg_id text COLLATE "C" CHECK (char_length(leitweg_id) BETWEEN 5 AND 46),
                e_invoice_scheme text COLLATE "C" CHECK (char_length(e_invoice_scheme) BETWEEN 2 AND 4),
                e_invoice_id text COLLATE "C" CHECK (char_length(e_invoice_id) BETWEEN 1 AND 100),
                language text CHECK (language IN ('de', 'en')),
                note text COLLATE "C" CHECK (char_length(note) <= 10000),
                archived boolean NOT NULL,
                metadata jsonb NOT NULL DEFAULT '{{}}'
                    CHECK (jsonb_typeof(metadata) = 'object')
                    CHECK (octet_length(metadata::text) <= 32768),
                UNIQUE (organization_id, number),
                CONSTRAINT parties_e_invoice_check
                    CHECK ((e_invoice_scheme IS NULL) = (e_invoice_id IS NULL))
            );
            CREATE INDEX parties_created_at_idx ON parties (organization_id, created_at, id);
            CREATE INDEX parties_active_created_at_idx
                ON parties (organization_id, created_at, id) WHERE NOT archived;
            CREATE INDEX parties_active_updated_at_idx
                ON parties (organization_id, updated_at, id) WHERE NOT archived;
            CREATE INDEX parties_active_name_idx
                ON parties (organization_id, name, id) WHERE NOT archived;
            {protect}
            {found}
            "#,
            protect = tenancy.protect("parties"),
            searched = SEARCHED.columns(),
            found = SEARCHED.found(tenancy),
        ),
        down: "ALTER TABLE parties NO INHERIT found_parties;
            DROP TABLE found_parties;
            DROP TABLE parties",
    }
}
