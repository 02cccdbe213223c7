mod claims;
mod interest;
mod law;

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;
use crate::{
    Allocation, AllocationKind, Country, Currency, Id, Invalid, Invoice, Language, Money, Party,
    Timestamp, invoice::tests::issued, party::tests::party,
};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An outgoing invoice of a seller in a country, of which an amount in EUR fell due on a day.
fn invoice(country: &str, due: i64, due_on: &str) -> Invoice {
    let mut invoice = issued();
    invoice.totals.due = due;
    invoice.content.due_on = Some(day(due_on));
    if let Some(parties) = &mut invoice.parties {
        parties.seller.address.country = Country::parse(country).ok();
    }
    invoice
}

fn debtor(consumer: bool) -> Party {
    Party { consumer, ..party(false) }
}

fn paid(amount: i64, on: &str) -> Allocation {
    let by = (AllocationKind::Payment, None);
    let id = Id::from_uuid(Uuid::nil());
    Allocation::without_payment(id, Id::from_uuid(Uuid::nil()), by, amount, (day(on), AT))
}

/// Three levels of which each claims interest and the lump sum, with a fee of 5.00.
fn strict() -> DunningSettings {
    let mut settings = DunningSettings::default();
    for level in &mut settings.levels {
        let fee = Money { amount_minor: 500, currency: Currency::EUR };
        (level.fee, level.interest, level.lump_sum) = (Some(fee), true, true);
    }
    settings
}

fn dun(
    invoice: &Invoice,
    settings: &DunningSettings,
    is_consumer: bool,
    (today, earlier, allocations): (&str, &[DunningNotice], &[Allocation]),
) -> Result<DunningClaim, Invalid> {
    invoice.dun(&DunningCase {
        settings,
        today: day(today),
        party: &debtor(is_consumer),
        earlier,
        allocations,
        language: Language::En,
    })
}

fn notice(invoice: &Invoice, claim: DunningClaim) -> DunningNotice {
    DunningNotice::issue(Id::from_uuid(Uuid::nil()), invoice, claim, AT)
}

/// The claim of the n-th notice, where each is sent on its day.
fn after(
    invoice: &Invoice,
    settings: &DunningSettings,
    is_consumer: bool,
    days: &[&str],
) -> Vec<DunningClaim> {
    let mut notices: Vec<DunningNotice> = Vec::new();
    for today in days {
        let claim = dun(invoice, settings, is_consumer, (today, &notices, &[])).unwrap();
        notices.push(notice(invoice, claim));
    }
    notices.into_iter().map(|notice| notice.claim).collect()
}
