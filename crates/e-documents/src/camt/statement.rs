use chrono::NaiveDate;
use plinth_domain::{Currency, Money};
use plinth_ports::{
    Unreadable,
    e_documents::{Balance, BankAccount, BankStatement, Warning},
};

use super::{bounded, entry, fingerprint};
use crate::{
    amount,
    refusal::malformed,
    text::{compact, line},
    xml::Element,
};

/// The longest identification, in characters; ISO 20022 allows 35, banks send more.
pub(super) const ID: usize = 140;

/// How many warnings are kept.
const WARNINGS: usize = 50;

/// Reads a `Stmt`, which may have `room` transactions.
pub(super) fn read(stated: &Element, room: usize) -> Result<BankStatement, Unreadable> {
    let account = stated.at("Acct").map(account).unwrap_or_default();
    let (opening, closing) = balances(stated)?;
    let currency = currency(stated, closing.or(opening))?;
    let mut statement = BankStatement {
        id: stated.text_at("Id").and_then(|id| line(id, ID)).unwrap_or_default(),
        account,
        currency,
        opening,
        closing,
        adds_up: None,
        transactions: Vec::new(),
        not_booked: 0,
        warnings: Vec::new(),
    };
    let mut sum = Some(0);
    for entry in stated.all("Ntry") {
        if !entry::is_booked(entry) {
            statement.not_booked += 1;
            continue;
        }
        let entry = entry::read(entry, &statement)?;
        bounded(statement.transactions.len() + entry.transactions.len(), room)?;
        sum = sum.filter(|_| entry.amount.currency == currency);
        sum = sum.and_then(|sum: i64| sum.checked_add(entry.amount.amount_minor));
        if statement.warnings.len() < WARNINGS {
            statement.warnings.extend(entry.warning);
        }
        statement.transactions.extend(entry.transactions);
    }
    fingerprint::put(&statement.account, &mut statement.transactions);
    statement.adds_up = adds_up(&statement, sum);
    if statement.adds_up == Some(false) {
        let text = "the opening balance and the entries do not make the closing balance";
        statement.warnings.push(Warning { code: "balance".into(), text: text.into() });
    }
    Ok(statement)
}

/// The account at an element with an `Id`.
pub(super) fn account(stated: &Element) -> BankAccount {
    BankAccount {
        iban: stated.text_at("Id/IBAN").and_then(|iban| compact(iban, 34)),
        other: stated.text_at("Id/Othr/Id").and_then(|id| line(id, ID)),
    }
}

/// A reference on one line; `None` for what banks write where there is none.
pub(super) fn reference(text: &str) -> Option<String> {
    let is_filler = |text: &String| {
        let fillers = ["NOTPROVIDED", "NOT PROVIDED", "NONREF"];
        fillers.iter().any(|filler| text.eq_ignore_ascii_case(filler))
    };
    line(text, ID).filter(|text| !is_filler(text))
}

/// The amount at an element's `Amt`, with the sign of its `CdtDbtInd`.
pub(super) fn signed(stated: &Element) -> Result<Money, Unreadable> {
    let money = money(stated.at("Amt"))?.ok_or_else(|| malformed("an amount is missing"))?;
    Ok(Money { amount_minor: sign(stated.text_at("CdtDbtInd"))? * money.amount_minor, ..money })
}

/// 1 for a credit, -1 for a debit.
pub(super) fn sign(indicator: Option<&str>) -> Result<i64, Unreadable> {
    match indicator {
        Some("CRDT") => Ok(1),
        Some("DBIT") => Ok(-1),
        _ => Err(malformed("a CdtDbtInd is neither CRDT nor DBIT")),
    }
}

/// The amount that an `Amt` states.
pub(super) fn money(stated: Option<&Element>) -> Result<Option<Money>, Unreadable> {
    let Some(stated) = stated else { return Ok(None) };
    let currency = amount::currency(stated.attribute("Ccy").unwrap_or_default())?;
    amount::parse(stated.text(), currency).map(Some)
}

/// The day at an element that holds a `Dt` or a `DtTm`. A time counts for the day that it states,
/// without regard to its offset.
pub(super) fn day(stated: Option<&Element>) -> Result<Option<NaiveDate>, Unreadable> {
    let Some(stated) = stated else { return Ok(None) };
    let Some(text) = stated.text_at("Dt").or_else(|| stated.text_at("DtTm")) else {
        return Ok(None);
    };
    let day = text
        .get(..10)
        .filter(|_| matches!(text.as_bytes().get(10), None | Some(b'T' | b'Z' | b'+' | b'-')));
    match day.and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()) {
        Some(day) => Ok(Some(day)),
        None => Err(malformed("a date is no day such as 2026-11-27")),
    }
}

/// The booked balances at the start and at the end. `PRCD` is what was booked at the end of the
/// statement before, so it opens this one where there is no `OPBD`.
fn balances(stated: &Element) -> Result<(Option<Balance>, Option<Balance>), Unreadable> {
    let find = |kind: &'static str| {
        let found = stated.all("Bal").find(|b| b.text_at("Tp/CdOrPrtry/Cd") == Some(kind));
        let Some(found) = found else { return Ok(None) };
        let on = day(found.at("Dt"))?.ok_or_else(|| malformed("a balance has no date"))?;
        Ok(Some(Balance { amount: signed(found)?, on }))
    };
    let opening = match find("OPBD")? {
        None => find("PRCD")?,
        found => found,
    };
    Ok((opening, find("CLBD")?))
}

/// The account's currency: as stated, or else that of a balance or of the first entry.
fn currency(stated: &Element, balance: Option<Balance>) -> Result<Currency, Unreadable> {
    match (stated.text_at("Acct/Ccy"), balance) {
        (Some(code), _) => amount::currency(code),
        (None, Some(balance)) => Ok(balance.amount.currency),
        (None, None) => match stated.at("Ntry/Amt").and_then(|amount| amount.attribute("Ccy")) {
            Some(code) => amount::currency(code),
            None => Err(malformed("a statement does not say its currency")),
        },
    }
}

/// Whether the balances and the sum of the booked entries agree.
fn adds_up(statement: &BankStatement, sum: Option<i64>) -> Option<bool> {
    let (opening, closing) = (statement.opening?.amount, statement.closing?.amount);
    let same = opening.currency == statement.currency && closing.currency == statement.currency;
    let total = sum.filter(|_| same)?.checked_add(opening.amount_minor);
    Some(total == Some(closing.amount_minor))
}
