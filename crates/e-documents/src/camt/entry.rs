use chrono::NaiveDate;
use plinth_domain::Money;
use plinth_ports::{
    Unreadable,
    e_documents::{BankStatement, BankTransaction, Fingerprint, Warning},
};

use super::{
    details,
    values::{ID, NOTE, day, money, reference, sign, signed},
};
use crate::{refusal::malformed, text::line, xml::Element};

/// A booked entry.
pub(super) struct Entry {
    /// What was booked, with its sign.
    pub(super) amount: Money,
    pub(super) transactions: Vec<BankTransaction>,
    /// Set when the transactions do not make the amount.
    pub(super) warning: Option<Warning>,
}

/// Whether an `Ntry` is booked. Others are only announced, and come again when they are.
pub(super) fn is_booked(entry: &Element) -> bool {
    // The status is a text up to version 07 and a choice of codes from then on.
    entry.text_at("Sts/Cd").or_else(|| entry.text_at("Sts")) == Some("BOOK")
}

/// Reads a booked `Ntry`: one transaction for each `TxDtls`, each with its own amount. The entry's
/// amount is that of a payment only where the entry is one payment. What a batch does not list
/// becomes one transaction that says how many payments it stands for.
pub(super) fn read(entry: &Element, of: &BankStatement) -> Result<Entry, Unreadable> {
    let amount = signed(entry)?;
    let whole = whole(entry, amount, of)?;
    let parts: Vec<&Element> = entry.all("NtryDtls").flat_map(|d| d.all("TxDtls")).collect();
    let stated = entry.all("NtryDtls").filter_map(|details| details.text_at("Btch/NbOfTxs"));
    let stated: u32 =
        stated.filter_map(|count| count.parse::<u32>().ok()).fold(0, u32::saturating_add);
    let count = stated.max(u32::try_from(parts.len()).unwrap_or(u32::MAX));
    let mut transactions = match parts.as_slice() {
        [only] if count == 1 => vec![details::read(only, whole.clone(), &of.account)],
        parts => {
            let amounts = parts.iter().map(|part| own(part, entry, amount));
            let amounts = amounts.collect::<Result<Option<Vec<_>>, _>>()?.unwrap_or_default();
            let parts = parts.iter().zip(amounts).map(|(part, amount)| {
                details::read(
                    part,
                    BankTransaction { amount, note: None, ..whole.clone() },
                    &of.account,
                )
            });
            parts.collect()
        }
    };
    let listed = u32::try_from(transactions.len()).unwrap_or(u32::MAX);
    if listed == 0 {
        transactions.push(BankTransaction { batch: Some(count).filter(|c| *c > 1), ..whole });
    } else if listed < count
        && let Some(rest) = total(&transactions).and_then(|s| amount.amount_minor.checked_sub(s))
        && rest != 0
    {
        let amount = Money { amount_minor: rest, ..amount };
        transactions.push(BankTransaction { amount, batch: Some(count - listed), ..whole });
    }
    let differs = total(&transactions) != Some(amount.amount_minor);
    let warning = differs.then(|| difference(entry));
    Ok(Entry { amount, transactions, warning })
}

/// The sum of the amounts, in minor units.
fn total(transactions: &[BankTransaction]) -> Option<i64> {
    transactions.iter().try_fold(0_i64, |sum, t| sum.checked_add(t.amount.amount_minor))
}

/// The entry as one transaction.
fn whole(
    entry: &Element,
    amount: Money,
    of: &BankStatement,
) -> Result<BankTransaction, Unreadable> {
    let valued_on = day(entry.at("ValDt"))?;
    let booked_on: Option<NaiveDate> = day(entry.at("BookgDt"))?;
    let booked_on = booked_on.or(valued_on).or(of.closing.map(|closing| closing.on));
    Ok(BankTransaction {
        fingerprint: Fingerprint([0; 32]),
        amount,
        booked_on: booked_on.ok_or_else(|| malformed("an entry has no date"))?,
        valued_on,
        reversal: matches!(entry.text_at("RvslInd"), Some("true" | "1")),
        return_reason: None,
        batch: None,
        counterparty: None,
        counterparty_account: <_>::default(),
        end_to_end_id: None,
        mandate_id: None,
        bank_reference: entry.text_at("AcctSvcrRef").and_then(reference),
        entry_reference: entry.text_at("NtryRef").and_then(reference),
        creditor_references: Vec::new(),
        document_numbers: Vec::new(),
        remittance: Vec::new(),
        note: entry.text_at("AddtlNtryInf").and_then(|note| line(note, NOTE)),
    })
}

/// The amount of a `TxDtls` in the entry's currency, with its sign; `None` when it states none.
/// Version 02 has it only below `AmtDtls`.
fn own(part: &Element, entry: &Element, whole: Money) -> Result<Option<Money>, Unreadable> {
    for path in ["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt"] {
        let Some(amount) = money(part.at(path))? else { continue };
        if amount.currency == whole.currency {
            let indicator = part.text_at("CdtDbtInd").or_else(|| entry.text_at("CdtDbtInd"));
            let amount_minor = sign(indicator)? * amount.amount_minor;
            return Ok(Some(Money { amount_minor, ..amount }));
        }
    }
    Ok(None)
}

fn difference(entry: &Element) -> Warning {
    let reference = entry.text_at("NtryRef").or_else(|| entry.text_at("AcctSvcrRef"));
    let name = reference.and_then(|reference| line(reference, ID)).unwrap_or_default();
    let text = format!("the transactions of entry {name:?} do not make its amount");
    Warning { code: "entry".into(), text }
}
