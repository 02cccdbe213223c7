use async_trait::async_trait;
use plinth_domain::{Party, Text, VatId, accounting::AccountNumber};
use plinth_ports::{
    Result,
    records::parties::{PartyKeyReader, PartyKeys},
};

use super::unit::Unit;

#[async_trait]
impl PartyKeyReader for Unit {
    async fn taken(&mut self, keys: &PartyKeys) -> Result<PartyKeys> {
        let mut taken = PartyKeys::default();
        for party in self.records::<Party>() {
            let number = party.number.as_ref().map(Text::as_str);
            taken.numbers.extend(number.and_then(|number| keys.numbers.get(number)).cloned());
            let vat_id = party.vat_id.as_ref().map(VatId::as_str);
            taken.vat_ids.extend(vat_id.and_then(|id| keys.vat_ids.get(id)).cloned());
            let debtor = party.debtor_account.as_ref().map(AccountNumber::as_str);
            let debtor = debtor.and_then(|account| keys.debtor_accounts.get(account));
            taken.debtor_accounts.extend(debtor.cloned());
            let creditor = party.creditor_account.as_ref().map(AccountNumber::as_str);
            let creditor = creditor.and_then(|account| keys.creditor_accounts.get(account));
            taken.creditor_accounts.extend(creditor.cloned());
        }
        Ok(taken)
    }
}
