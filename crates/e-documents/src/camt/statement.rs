use plinth_domain::Currency;
use plinth_ports::{
    Unreadable,
    e_documents::{Balance, BankStatement, Warning},
};

use super::{
    bounded, entry, fingerprint,
    values::{ID, account, day, signed},
};
use crate::{amount, refusal::malformed, text::line, xml::Element};

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
