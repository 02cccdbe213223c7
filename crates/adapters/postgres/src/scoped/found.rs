use plinth_ports::{Result, Search, StoreError};
use sqlx::Row as _;
use uuid::Uuid;

use super::ScopedTx;
use crate::{
    connection::{Statements, Work},
    search::{self, Finds, Found},
    sql::Sql,
};

/// The most rows that are worth a list.
const LISTED: usize = 1000;

/// The statements that ask the indexes of a searched table; see [`places!`].
#[derive(Debug, Clone, Copy)]
pub struct Places {
    /// Sets what is looked for. The parameters are the organization, the text, the text for what is
    /// alike, the words, and the pattern. Answers whether the index on names is asked, and the one
    /// on texts.
    pub look_for: &'static str,
    /// Selects the rows: whether each is found by its name, and its id, at most 1001 of each kind.
    pub found: &'static str,
}

/// The [`Places`] of a table with names, and of its table with texts, if it has one.
///
/// The policies of the tables `found_…` read the settings, which end with the transaction. An index is
/// not asked for what is in a tenth of the newest rows: it would first collect all of them, where a
/// page is soon full in its own order. Nor is the index on names asked where the policies would
/// answer nothing: without three letters or digits in a row.
macro_rules! places {
    ($names:literal) => { places!(@ $names ["true"] []) };
    ($names:literal, $texts:literal) => {
        places!(@ $names
            ["(SELECT count(*) < 5 FROM (SELECT search FROM " $texts " WHERE organization_id = $1 \
                ORDER BY id DESC LIMIT 50) s WHERE search @@ nullif($4, '')::tsquery)"]
            [" UNION ALL (SELECT false, id FROM found_" $texts " LIMIT 1001)"])
    };
    (@ $names:literal [$($few:literal)*] [$($texts:literal)*]) => {
        $crate::scoped::Places {
            look_for: concat!(
                "SELECT names, texts, \
                    set_config('app.search_text', CASE WHEN names THEN $2 ELSE '' END, true), \
                    set_config('app.search_alike', CASE WHEN names THEN $3 ELSE '' END, true), \
                    set_config('app.search_words', CASE WHEN texts THEN $4 ELSE '' END, true) \
                FROM (SELECT coalesce( \
                        cardinality(show_trgm(substring($2 FROM '[[:alnum:]]{3}'))) = 4, false) \
                    AND (SELECT count(*) < 20 FROM (SELECT search FROM ", $names,
                    " WHERE organization_id = $1 ORDER BY id DESC LIMIT 200) s \
                    WHERE search LIKE $5) AS names, ", $($few,)* " AS texts OFFSET 0) asked"
            ),
            found: concat!(
                "(SELECT true, id FROM found_", $names, " LIMIT 1001)", $($texts,)*
            ),
        }
    };
}
pub(crate) use places;

impl ScopedTx {
    /// What the indexes find.
    pub async fn look_for(&mut self, search: &Search, places: Places) -> Result<Finds> {
        self.asks_together()?;
        let text = search.text();
        let alike = search.alike().unwrap_or_default();
        let (words, pattern) = (search::tsquery(search), search::pattern(search));
        let values = [text, alike, &words, &pattern].map(Into::into).to_vec();
        let asked = self.ask(places.look_for, values).await?;
        let (of_names, of_texts) = asked
            .map_or(Ok((false, false)), |row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .map_err(other)?;
        let (mut names, mut texts) = (Vec::new(), Vec::new());
        for row in self.tx.rows(Sql::fixed(places.found, Vec::new())).await? {
            let place: bool = row.try_get(0).map_err(other)?;
            let place = if place { &mut names } else { &mut texts };
            place.push(row.try_get::<Uuid, _>(1).map_err(other)?);
        }
        Ok(Finds {
            names: listed(names, of_names || text.is_empty()),
            texts: listed(texts, of_texts || words.is_empty()),
        })
    }
}

impl ScopedTx {
    /// Refuses a search where each question is asked by itself: what is looked for would have ended
    /// with the question before.
    pub fn asks_together(&self) -> Result<()> {
        if let Work::Apart(_) = self.tx {
            return Err(StoreError::Other("a search asks several questions together".into()));
        }
        Ok(())
    }
}

fn listed(rows: Vec<Uuid>, is_asked: bool) -> Found {
    if is_asked && rows.len() <= LISTED { Found::Rows(rows) } else { Found::Unlisted }
}

fn other(error: sqlx::Error) -> StoreError {
    StoreError::Other(error.into())
}
