//! Text search over a table's generated column `search`.

use plinth_ports::Search;
use sea_orm::sea_query::{
    Condition, Expr, ExprTrait, IntoColumnRef, LikeExpr, extension::postgres::PgBinOper,
};

/// The generated column of lower-case text that is searched.
pub const COLUMN: &str = "search";

/// Rows that contain the text or, in a fuzzy search, a similar word: one with a
/// trigram similarity of at least `pg_trgm.word_similarity_threshold`, 0.6.
pub fn condition(search: &Search, column: impl IntoColumnRef) -> Condition {
    let column = Expr::col(column);
    let like = LikeExpr::new(format!("%{}%", escaped(&search.text))).escape('\\');
    let mut any = Condition::any().add(column.clone().like(like));
    if search.fuzzy {
        let alike = Expr::val(search.text.as_str()).binary(PgBinOper::WordSimilarity, column);
        any = any.add(alike);
    }
    any
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
    use super::escaped;

    #[test]
    fn what_is_looked_for_is_text_and_no_pattern() {
        assert_eq!(escaped(r"50%_of\it"), r"50\%\_of\\it");
    }
}
