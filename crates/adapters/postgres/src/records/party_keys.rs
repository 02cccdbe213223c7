use std::collections::BTreeSet;

use async_trait::async_trait;
use plinth_ports::{
    Result,
    records::parties::{PartyKeyReader, PartyKeys},
};
use sea_orm::Value;

use crate::{row::named, scoped::ScopedTx};

/// Each key once, although several parties may have one VAT id.
const TAKEN: &str = "SELECT number AS key, true AS is_number FROM parties \
    WHERE organization_id = $1 AND number = ANY($2::text[]) \
    UNION SELECT vat_id, false FROM parties \
    WHERE organization_id = $1 AND vat_id = ANY($3::text[])";

#[async_trait]
impl PartyKeyReader for ScopedTx {
    async fn taken(&mut self, keys: &PartyKeys) -> Result<PartyKeys> {
        let values = vec![texts(&keys.numbers), texts(&keys.vat_ids)];
        let read = |row: &_| Ok((named::<String>(row, "key")?, named::<bool>(row, "is_number")?));
        let found = self.ask_within(TAKEN, values, usize::MAX, read).await?.items;
        let (numbers, vat_ids): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(_, is_number)| *is_number);
        let set = |keys: Vec<(String, bool)>| keys.into_iter().map(|(key, _)| key).collect();
        Ok(PartyKeys { numbers: set(numbers), vat_ids: set(vat_ids) })
    }
}

fn texts(keys: &BTreeSet<String>) -> Value {
    keys.iter().cloned().collect::<Vec<_>>().into()
}
