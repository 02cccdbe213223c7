//! The texts of documents in pieces, with vectors.

use super::Sql;
use crate::{
    search::found_by_words,
    tenancy::{COLUMNS, Tenancy},
};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0053_document_chunks",
        up: [chunks(tenancy), vectors(tenancy)].join("\n"),
        down: "DROP TABLE chunk_vectors;
            ALTER TABLE document_chunks NO INHERIT found_document_chunks;
            DROP TABLE found_document_chunks;
            DROP TABLE document_chunks;",
    }
}

/// `words` are the different words of `content`, as the application writes them: see
/// `m0025_search`.
fn chunks(tenancy: Tenancy<'_>) -> String {
    const SEARCH: &str = "words text COLLATE \"C\", search tsvector GENERATED ALWAYS AS (
        array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED";
    format!(
        r"
        CREATE TABLE document_chunks (
            {COLUMNS},
            document_id uuid NOT NULL,
            document_version_id uuid NOT NULL,
            position smallint NOT NULL CHECK (position BETWEEN 0 AND 9999),
            start integer NOT NULL CHECK (start >= 0),
            content text NOT NULL CHECK (char_length(content) BETWEEN 1 AND 1000),
            {SEARCH},
            CHECK (octet_length(words) <= 131072),
            UNIQUE (organization_id, document_id, position),
            FOREIGN KEY (organization_id, document_id)
                REFERENCES documents (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, document_version_id)
                REFERENCES document_versions (organization_id, id) ON DELETE CASCADE
        );
        CREATE INDEX document_chunks_version_idx
            ON document_chunks (organization_id, document_version_id);
        {protect}
        {found}
        ",
        protect = tenancy.protect("document_chunks"),
        found = found_by_words(tenancy, "document_chunks", &format!("document_id uuid, {SEARCH}"),),
    )
}

/// A row has the identity of its chunk. Vectors are in a table of their own, so that a comparison with
/// all of them reads nothing else, and a new vector writes no text again.
///
/// Models differ in the number of dimensions, so the column has none, and a comparison asks for
/// vectors of one model with as many. `halfvec` has half the size of `vector`; vectors are of length
/// one, so its range is no limit. Those with up to 4,000 dimensions stay in the row, not in TOAST: the
/// default would move them out from 2 KB on. `bits` are their signs. The index has them, so that the
/// nearest by signs are found in it alone.
fn vectors(tenancy: Tenancy<'_>) -> String {
    format!(
        r"
        CREATE TABLE chunk_vectors (
            {COLUMNS},
            model_id uuid NOT NULL,
            fingerprint bigint NOT NULL,
            dimensions smallint NOT NULL CHECK (dimensions BETWEEN 1 AND 4096),
            embedding halfvec NOT NULL CHECK (vector_dims(embedding) = dimensions),
            bits bit varying NOT NULL
                GENERATED ALWAYS AS (binary_quantize(embedding)) STORED,
            FOREIGN KEY (organization_id, id)
                REFERENCES document_chunks (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, model_id)
                REFERENCES models (organization_id, id) ON DELETE CASCADE
        ) WITH (toast_tuple_target = 8160);
        ALTER TABLE chunk_vectors ALTER embedding SET STORAGE EXTERNAL,
            ALTER bits SET STORAGE EXTERNAL;
        CREATE INDEX chunk_vectors_space_idx
            ON chunk_vectors (organization_id, model_id, fingerprint, dimensions)
            INCLUDE (id, bits);
        {protect}
        ",
        protect = tenancy.protect("chunk_vectors"),
    )
}
