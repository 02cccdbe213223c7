//! Values that stand in many places of a message.

use chrono::NaiveDate;
use plinth_domain::Money;
use plinth_ports::{Unreadable, e_documents::BankAccount};

use crate::{
    amount,
    refusal::malformed,
    text::{compact, line},
    xml::Element,
};

/// The longest identification, in characters; ISO 20022 allows 35, banks send more.
pub(super) const ID: usize = 140;

/// The longest note, in characters.
pub(super) const NOTE: usize = 500;

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
