//! Text search: by the index where it serves, and else by reading the organization's rows.

use plinth_ports::Search;
use sea_orm::{
    Condition,
    sea_query::{
        Expr, ExprTrait, IntoColumnRef, LikeExpr,
        extension::postgres::{PgBinOper, PgFunc},
    },
};
use uuid::Uuid;

/// The generated column of folded text that is searched.
pub const COLUMN: &str = "search";
/// The column of the text that only [`plinth_domain::search::fold`] folds; null where PostgreSQL
/// comes to the same.
pub const FOLDED: &str = "folded";

/// What an index has found in one place.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// These rows, and no other.
    Rows(Vec<Uuid>),
    /// More rows than are worth a list, or no index serves what is looked for.
    Unlisted,
}

/// What the indexes on names and on texts have found.
#[derive(Debug, PartialEq, Eq)]
pub struct Finds {
    pub names: Found,
    pub texts: Found,
}

impl Finds {
    /// The rows that were found, by their column of the identity. A place without a list is searched
    /// row by row, in the order of the page: what is frequent is soon found.
    pub fn condition(
        self,
        id: impl IntoColumnRef,
        names: impl FnOnce() -> Condition,
        texts: impl FnOnce() -> Condition,
    ) -> Condition {
        let (mut rows, mut any) = (Vec::new(), Condition::any());
        match self.names {
            Found::Rows(found) => rows.extend(found),
            Found::Unlisted => any = any.add(names()),
        }
        match self.texts {
            Found::Rows(found) => rows.extend(found),
            Found::Unlisted => any = any.add(texts()),
        }
        any.add(Expr::col(id).eq(PgFunc::any(rows)))
    }
}

/// Rows whose names contain what is looked for or, in a fuzzy search, a similar word: one with a
/// trigram similarity of at least `pg_trgm.word_similarity_threshold`, 0.6.
pub fn names(search: &Search, column: impl IntoColumnRef) -> Condition {
    let column = Expr::col(column);
    let like = LikeExpr::new(pattern(search)).escape('\\');
    let mut any = Condition::any().add(column.clone().like(like));
    if let Some(asked) = search.alike() {
        any = any.add(Expr::val(asked).binary(PgBinOper::WordSimilarity, column));
    }
    any
}

/// A `tsquery` of all words; empty without words. A word has letters, marks and digits only.
pub fn tsquery(search: &Search) -> String {
    let quoted: Vec<String> = search.words().iter().map(|word| format!("'{word}'")).collect();
    quoted.join(" & ")
}

/// The pattern of texts that contain what is looked for.
pub fn pattern(search: &Search) -> String {
    format!("%{}%", escaped(search.text()))
}

/// Escapes the special characters of `LIKE`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_is_text_and_no_pattern() {
        assert_eq!(escaped(r"50%_of\it"), r"50\%\_of\\it");
    }

    #[test]
    fn words_are_quoted_and_nothing_in_them_is_an_operator() {
        let search = Search::new(r"it's a:* & !b | \'c <-> (d)", true);
        assert_eq!(tsquery(&search), "'it' & 's' & 'a' & 'b' & 'c' & 'd'");
        assert_eq!(tsquery(&Search::new("'&!", true)), "");
    }
}
