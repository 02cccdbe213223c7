//! Data sets and their items.

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> = Names { table: "datasets", of: &["name"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0055_datasets",
        up: [datasets(tenancy), items(tenancy)].join("\n"),
        down: "DROP TABLE dataset_items;
            ALTER TABLE datasets NO INHERIT found_datasets;
            DROP TABLE found_datasets;
            DROP TABLE datasets",
    }
}

fn datasets(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE datasets (
            {COLUMNS},
            {searched},
            name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
            description text COLLATE "C" CHECK (char_length(description) <= 10000),
            items integer NOT NULL CHECK (items BETWEEN 0 AND 100000),
            total_items integer NOT NULL CHECK (total_items BETWEEN items AND 500000),
            items_changed_at timestamptz NOT NULL,
            UNIQUE (organization_id, name)
        );
        CREATE INDEX datasets_created_at_idx ON datasets (organization_id, created_at, id);
        {protect}
        {found}
        "#,
        protect = tenancy.protect("datasets"),
        searched = SEARCHED.columns(),
        found = SEARCHED.found(tenancy),
    )
}

/// The application's role can add items, and say when one ends; they go with their data set.
fn items(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE dataset_items (
            {COLUMNS},
            dataset_id uuid NOT NULL,
            input jsonb NOT NULL CHECK (jsonb_typeof(input) = 'object')
                CHECK (octet_length(input::text) <= 65536),
            expected jsonb CHECK (octet_length(expected::text) <= 65536),
            metadata jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'object')
                CHECK (octet_length(metadata::text) <= 16384),
            valid_from timestamptz NOT NULL,
            valid_to timestamptz CHECK (valid_to > valid_from),
            FOREIGN KEY (organization_id, dataset_id)
                REFERENCES datasets (organization_id, id) ON DELETE CASCADE
        );
        CREATE INDEX dataset_items_dataset_idx ON dataset_items (organization_id, dataset_id, id);
        {protect}
        ",
        protect = tenancy
            .protect_for("dataset_items", "SELECT, INSERT, UPDATE (valid_to, version, updated_at)"),
    )
}
