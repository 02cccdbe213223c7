//! Search by an index under row level security.
//!
//! The planner uses an index for a condition of a query only if its operator is leakproof, and those
//! of texts (`LIKE`, `<%`, `@@`) are not. The conditions of one policy have no such limit among
//! themselves. Of the policies, only those of the table apply that a query names. So a searched
//! table `t` gets a parent `found_t` without rows of its own, whose only policy holds both the tenant
//! and what is looked for: `SELECT … FROM found_t` reads what is found in `t`, by the index on both.
//!
//! What is looked for are settings of the transaction. What the index would have to be read as a
//! whole for finds nothing there: words that exclude or begin others, and texts without three
//! letters or digits in a row. The application searches for those in `t` itself.

use crate::tenancy::{CURRENT_ORGANIZATION, Tenancy, force};

/// The prefix of the parents' names.
pub const FOUND: &str = "found_";

/// The columns of a table in which names are searched: `text`, in this order.
///
/// The table needs the columns `folded` and `search`: see [`columns`](Self::columns).
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The table.
    pub table: &'a str,
    /// The searched columns.
    pub of: &'a [&'a str],
}

impl Names<'_> {
    /// The definitions of the columns for the search. `folded` is the text as the application folds
    /// it, or null where that is what PostgreSQL makes of it: in ASCII. What is written without it,
    /// by hand or by an earlier version, is found by what PostgreSQL can do.
    #[must_use]
    pub fn columns(&self) -> String {
        let [folded, search] = self.definitions();
        format!("{folded} CHECK (octet_length(folded) <= 65536), {search}")
    }

    /// The same for a table that exists, as actions of `ALTER TABLE`.
    #[must_use]
    pub fn added_columns(&self) -> String {
        let [folded, search] = self.definitions();
        format!("ADD {folded} CHECK (octet_length(folded) <= 65536), ADD {search}")
    }

    fn definitions(&self) -> [String; 2] {
        let parts: Vec<String> =
            self.of.iter().map(|name| format!("coalesce({name}, '')")).collect();
        let text = parts.join(" || ' ' || ");
        let search = format!(
            r#"search text COLLATE "C" GENERATED ALWAYS AS (coalesce(folded,
                lower(lower(normalize({text}, NFKC) COLLATE "C") COLLATE "default"))) STORED"#
        );
        [r#"folded text COLLATE "C""#.to_owned(), search]
    }

    /// The parent, with the index. New rows wait for it in a list of 128 KiB at most, which every
    /// search reads: that takes at most 0.1 ms, and spares an insert 0.2 ms.
    #[must_use]
    pub fn found(&self, tenancy: Tenancy<'_>) -> String {
        let table = self.table;
        let columns: Vec<String> =
            self.of.iter().map(|name| format!("{name} text COLLATE \"C\", ")).collect();
        let columns = columns.concat() + &self.definitions().join(", ");
        let index = format!(
            "CREATE INDEX {table}_search_idx ON {table}
                USING gin (organization_id, search gin_trgm_ops)
                WITH (fastupdate = on, gin_pending_list_limit = 128);"
        );
        index + &found(tenancy, table, &columns, NAMES)
    }
}

/// The parent of a table whose column `search` is a `tsvector` with these definitions of columns,
/// with the index.
#[must_use]
pub fn found_by_words(tenancy: Tenancy<'_>, table: &str, columns: &str) -> String {
    let index =
        format!("CREATE INDEX {table}_search_idx ON {table} USING gin (organization_id, search);");
    index + &found(tenancy, table, columns, WORDS)
}

/// `pg_trgm` knows three letters or digits in a row. Which characters are letters depends on the
/// locale, not always alike for regular expressions and for `pg_trgm`, hence both are asked: a word of
/// three letters has four trigrams.
const THREE_LETTERS: &str = "cardinality(show_trgm(substring(asked FROM '[[:alnum:]]{3}'))) = 4";

const NAMES: &str = r"(
    search LIKE (SELECT '%' || regexp_replace(asked, '([\\%_])', '\\\1', 'g') || '%'
        FROM (SELECT current_setting('app.search_text', true) AS asked) s WHERE {three})
    OR (SELECT asked FROM (SELECT current_setting('app.search_alike', true) AS asked) s
        WHERE {three}) <% search)";

const WORDS: &str = "search @@ (
    SELECT asked FROM (SELECT nullif(current_setting('app.search_words', true), '')::tsquery AS asked) s
    WHERE querytree(asked) NOT IN ('', 'T') AND strpos(asked::text, ':') = 0)";

/// The `CHECK` is not inherited: the parent has no rows of its own.
fn found(tenancy: Tenancy<'_>, table: &str, columns: &str, condition: &str) -> String {
    format!(
        "CREATE TABLE {FOUND}{table} (organization_id uuid, id uuid, {columns},
            CONSTRAINT {FOUND}{table}_empty CHECK (false) NO INHERIT);
        ALTER TABLE {table} INHERIT {FOUND}{table};
        {force}
        CREATE POLICY {FOUND}{table}_tenant ON {FOUND}{table} FOR SELECT
            USING (organization_id = {CURRENT_ORGANIZATION} AND {condition});
        GRANT SELECT ON {FOUND}{table} TO {application};",
        force = force(&format!("{FOUND}{table}")),
        condition = condition.replace("{three}", THREE_LETTERS),
        application = tenancy.application_role(),
    )
}
