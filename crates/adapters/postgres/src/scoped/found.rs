use plinth_ports::{Result, Search, StoreError};
use sqlx::Row as _;
use uuid::Uuid;

use super::ScopedTx;
use crate::{
    search::{self, Finds, Found},
    sql::Sql,
};

/// The most rows that are worth a list.
const LISTED: usize = 1000;

/// The policies of the tables `found_…` read these settings, which end with the transaction. Answers
/// whether the index on names serves the text, by the condition of those policies.
const LOOK_FOR: &str = "SELECT set_config('app.search_text', $1, true), \
    set_config('app.search_alike', $2, true), set_config('app.search_words', $3, true), \
    coalesce(cardinality(show_trgm(substring($1 FROM '[[:alnum:]]{3}'))) = 4, false)";

impl ScopedTx {
    /// What the indexes find. `found` selects from the tables `found_…` whether a row is found by its
    /// name, and its id, at most 1001 of each kind.
    pub async fn look_for(&mut self, search: &Search, found: &'static str) -> Result<Finds> {
        let text = search.text();
        let values = [text, if search.fuzzy { text } else { "" }, &search::tsquery(search)];
        let values = values.map(Into::into).to_vec();
        let row = self.tx.row(Sql::fixed(LOOK_FOR, values)).await?;
        let is_served: bool = row.map_or(Ok(false), |row| row.try_get(3)).map_err(other)?;
        let (mut names, mut texts) = (Vec::new(), Vec::new());
        for row in self.tx.rows(Sql::fixed(found, Vec::new())).await? {
            let place: bool = row.try_get(0).map_err(other)?;
            let place = if place { &mut names } else { &mut texts };
            place.push(row.try_get::<Uuid, _>(1).map_err(other)?);
        }
        Ok(Finds { names: listed(names, is_served || text.is_empty()), texts: listed(texts, true) })
    }
}

fn listed(rows: Vec<Uuid>, is_served: bool) -> Found {
    if is_served && rows.len() <= LISTED { Found::Rows(rows) } else { Found::Unlisted }
}

fn other(error: sqlx::Error) -> StoreError {
    StoreError::Other(error.into())
}
