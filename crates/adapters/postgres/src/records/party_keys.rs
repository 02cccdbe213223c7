use std::collections::BTreeSet;

use async_trait::async_trait;
use plinth_ports::{
    Result,
    records::parties::{PartyKeyReader, PartyKeys},
};
use sea_orm::Value;

use crate::{row::named, scoped::ScopedTx};

/// Each key once, although several parties may have one VAT id; its kind is the place of its parameter.
const TAKEN: &str = "SELECT number AS key, 0 AS kind FROM parties \
    WHERE organization_id = $1 AND number = ANY($2::text[]) \
    UNION SELECT vat_id, 1 FROM parties \
    WHERE organization_id = $1 AND vat_id = ANY($3::text[]) \
    UNION SELECT debtor_account, 2 FROM parties \
    WHERE organization_id = $1 AND debtor_account = ANY($4::text[]) \
    UNION SELECT creditor_account, 3 FROM parties \
    WHERE organization_id = $1 AND creditor_account = ANY($5::text[])";

#[async_trait]
impl PartyKeyReader for ScopedTx {
    async fn taken(&mut self, keys: &PartyKeys) -> Result<PartyKeys> {
        let asked = [&keys.numbers, &keys.vat_ids, &keys.debtor_accounts, &keys.creditor_accounts];
        let values = asked.map(texts).into();
        let read = |row: &_| Ok((named::<String>(row, "key")?, named::<i32>(row, "kind")?));
        let mut taken = PartyKeys::default();
        for (key, kind) in self.ask_within(TAKEN, values, usize::MAX, read).await?.items {
            let keys = match kind {
                0 => &mut taken.numbers,
                1 => &mut taken.vat_ids,
                2 => &mut taken.debtor_accounts,
                _ => &mut taken.creditor_accounts,
            };
            keys.insert(key);
        }
        Ok(taken)
    }
}

fn texts(keys: &BTreeSet<String>) -> Value {
    keys.iter().cloned().collect::<Vec<_>>().into()
}
