//! Projects, documents and their texts are searched by an index.

use super::Sql;
use crate::{
    search::{Names, found_by_words},
    tenancy::{Tenancy, unforced},
};

const PROJECTS: Names<'_> = Names { table: "projects", of: &["code", "name", "description"] };
const DOCUMENTS: Names<'_> = Names { table: "documents", of: &["name"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0025_search",
        up: [names(tenancy, PROJECTS), names(tenancy, DOCUMENTS), texts(tenancy)].join("\n"),
        down: DOWN,
    }
}

fn names(tenancy: Tenancy<'_>, names: Names<'_>) -> String {
    format!(
        "ALTER TABLE {table} DROP search, {columns};
        {found}",
        table = names.table,
        columns = names.added_columns(),
        found = names.found(tenancy),
    )
}

/// `words` are the different words of a text, as the application writes them, separated by blanks.
/// `array_to_tsvector` takes them as they are, without positions: so 1 MiB of them fits.
///
/// A text that an earlier version has stored stays in `content`, without its words. PostgreSQL does
/// for it what it can: NFKC, lower case, the most frequent punctuation. Texts without blanks between
/// words get their words here, for the new queries ask for pairs of characters. A new version of a
/// document brings the rest: words that are divided at the ends of lines, full case folding, and text
/// behind the first 256 KiB.
fn texts(tenancy: Tenancy<'_>) -> String {
    let search = format!(
        "search tsvector GENERATED ALWAYS AS (CASE WHEN words IS NULL
            THEN strip(to_tsvector('simple', CASE
                WHEN octet_length(normalize(content, NFKC)) <= 262144 THEN {NORMALIZED}
                ELSE content END))
            ELSE array_to_tsvector(array_remove(string_to_array(words, ' '), '')) END) STORED",
    );
    format!(
        "ALTER TABLE document_texts DROP search, ALTER content SET DEFAULT '',
            ADD words text CHECK (octet_length(words) <= 1048576);
        {words}
        ALTER TABLE document_texts ADD {search};
        {found}",
        words = unforced(&["document_texts"], &unspaced()),
        found = found_by_words(
            tenancy,
            "document_texts",
            &format!("content text DEFAULT '', words text, {search}")
        ),
    )
}

/// Punctuation that PostgreSQL's parser takes for a part of a word, a path or a host, and, where
/// `LC_CTYPE` is `C`, what it takes for letters.
const NORMALIZED: &str = "lower(lower(translate(normalize(content, NFKC),
    './\\_-:@~+„“”‚‘’«»‹›–—…‐·•', repeat(' ', 26)) COLLATE \"C\") COLLATE \"default\")";

/// Fills the words of texts with characters of Chinese, Japanese, Korean or Thai: other words, each
/// such character, and each two that follow one another.
fn unspaced() -> String {
    const CHARACTER: &str = "[\\u0e01-\\u0eff\\u3005-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3]";
    format!(
        "UPDATE document_texts t SET words = left(w.words, 262144) FROM (
            SELECT organization_id, id, string_agg(DISTINCT left(word, 100), ' ') AS words
            FROM document_texts, LATERAL (SELECT {NORMALIZED} AS text) n, LATERAL (
                SELECT regexp_split_to_table(regexp_replace(text, '{CHARACTER}', ' ', 'g'),
                    '[ -/:-@\\[-`{{-~\\s]+') AS word
                UNION ALL
                SELECT unnest(ARRAY[a, CASE WHEN b ~ '{CHARACTER}' THEN a || b END])
                FROM (SELECT a, lead(a) OVER (ORDER BY place) AS b
                    FROM unnest(string_to_array(text, NULL)) WITH ORDINALITY c (a, place)) pairs
                WHERE a ~ '{CHARACTER}') w
            WHERE content ~ '{CHARACTER}' AND word <> ''
            GROUP BY organization_id, id) w
        WHERE t.organization_id = w.organization_id AND t.id = w.id"
    )
}

/// The words become the text of the version before, which may be less long.
const DOWN: &str = "
    ALTER TABLE document_texts NO INHERIT found_document_texts;
    DROP TABLE found_document_texts;
    ALTER TABLE document_texts DROP search;
    ALTER TABLE document_texts NO FORCE ROW LEVEL SECURITY;
    UPDATE document_texts SET content = left(words, 65536) WHERE content = '' AND words IS NOT NULL;
    ALTER TABLE document_texts FORCE ROW LEVEL SECURITY;
    ALTER TABLE document_texts DROP words, ALTER content DROP DEFAULT, ADD search tsvector NOT NULL
        GENERATED ALWAYS AS (to_tsvector('simple', content)) STORED;

    ALTER TABLE documents NO INHERIT found_documents;
    DROP TABLE found_documents;
    ALTER TABLE documents DROP search, DROP folded, ADD search text COLLATE \"C\" NOT NULL
        GENERATED ALWAYS AS (lower(name COLLATE \"default\")) STORED;

    ALTER TABLE projects NO INHERIT found_projects;
    DROP TABLE found_projects;
    ALTER TABLE projects DROP search, DROP folded, ADD search text COLLATE \"C\" NOT NULL
        GENERATED ALWAYS AS (lower(
            (code || ' ' || name || ' ' || coalesce(description, '')) COLLATE \"default\")) STORED";
