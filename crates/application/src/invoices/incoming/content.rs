//! What a received invoice states, as the draft of an invoice.

use plinth_domain::{
    Adjustment, BasisPoints, CashUnit, Description, DocumentId, InvoiceContent, InvoiceDirection,
    InvoiceKind, InvoiceLine, JsonObject, LineDraft, PartyId, ReceivedDraft, ReceivedFindings,
    Schedule, Text, UnitCode,
    pricing::{Discount, PriceMode, Totals, VatRow},
};
use plinth_ports::e_documents::{ReceivedAllowance, ReceivedInvoice, ReceivedLine, ReceivedVat};
use rust_decimal::Decimal;

use super::{
    texts::{cut, lines as lines_of, short},
    unbookable, values,
};
use crate::Error;

/// A piece, for a unit that is no code.
const PIECE: &str = "C62";

pub(super) fn draft(
    received: &ReceivedInvoice,
    party: PartyId,
    document: DocumentId,
    findings: ReceivedFindings,
) -> Result<ReceivedDraft, Error> {
    let number = received.number.as_deref().and_then(|number| Text::parse(number).ok());
    let number = number.ok_or_else(|| unbookable("it has no number of at most 100 characters"))?;
    let lines = received.lines.iter().map(|line| priced(line, &received.vat));
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    let adjustments = adjustments(received)?;
    let totals = totals(received, &lines, &adjustments)?;
    let content = InvoiceContent {
        direction: InvoiceDirection::Payable,
        kind: InvoiceKind::Standard,
        party,
        project: None,
        contract: None,
        allow_over_billing: false,
        supplier_number: Some(number),
        currency: received.currency,
        price_mode: PriceMode::Net,
        issued_on: received.issued_on,
        booked_on: None,
        due_on: received.due_on.filter(|due| received.issued_on.is_none_or(|day| *due >= day)),
        service: supply(received),
        payment_terms: None,
        discounts: values::cash_discounts(
            received.payment_terms.as_deref().unwrap_or_default(),
            received.totals.due_minor.map(|due| Decimal::new(due, received.currency.decimals())),
        ),
        buyer_reference: short(received.buyer_reference.as_deref()),
        purchase_order: short(received.order_reference.as_deref()),
        note: note(received),
        language: None,
        retention: BasisPoints::default(),
        cash_unit: CashUnit::NONE,
        adjustments,
        metadata: JsonObject::default(),
    };
    Ok(ReceivedDraft { content, lines, totals, document, findings, corrects: None })
}

fn supply(received: &ReceivedInvoice) -> Schedule {
    let (from, until) = (received.period_from, received.period_until);
    let period = Schedule::new(from, until).ok().filter(|period| *period != Schedule::default());
    let day = received.delivered_on;
    period.or_else(|| Schedule::new(day, day).ok()).unwrap_or_default()
}

fn note(received: &ReceivedInvoice) -> Option<Description> {
    let terms = received.payment_terms.iter();
    let texts: Vec<_> = received.notes.iter().chain(terms).map(|text| text.trim()).collect();
    let text = cut(&texts.join("\n"), Description::MAX_BYTES / 4);
    if text.is_empty() { None } else { Description::parse(text).ok() }
}

/// A line with the amount that it states.
fn priced(line: &ReceivedLine, breakdown: &[ReceivedVat]) -> Result<InvoiceLine, Error> {
    let (quantity, price) =
        values::quantity_and_price(line.quantity, line.price, line.price_quantity)?;
    let text = match &line.description {
        Some(description) if *description != line.name => format!("{}\n{description}", line.name),
        _ => line.name.clone(),
    };
    let discount = (-line.adjustment_minor).max(0);
    let draft = LineDraft {
        text: lines_of(&text)
            .or_else(|| lines_of("-"))
            .ok_or_else(|| unbookable("a line has no text"))?,
        quantity,
        unit: UnitCode::parse(&line.unit)
            .or_else(|_| UnitCode::parse(PIECE))
            .map_err(|_| unbookable("a line has no unit"))?,
        price,
        discount: (discount != 0).then_some(Discount::Amount(discount)),
        tax: values::taxation(&line.vat_category, line.vat_percent, breakdown)?,
        contract_position: None,
    };
    Ok(InvoiceLine { draft, amount: line.net_minor, discount, net: line.net_minor })
}

fn adjustments(received: &ReceivedInvoice) -> Result<Vec<Adjustment>, Error> {
    let one = |is_charge: bool, row: &ReceivedAllowance| {
        let reason = short(row.reason.as_deref()).or_else(|| short(Some("-")));
        Ok(Adjustment {
            // Less of a charge is an allowance.
            is_charge: is_charge == (row.amount_minor >= 0),
            amount: row.amount_minor.abs(),
            reason: reason.ok_or_else(|| unbookable("an allowance has no reason"))?,
            tax: values::taxation(&row.vat_category, row.vat_percent, &received.vat)?,
        })
    };
    let allowances = received.allowances.iter().map(|row| one(false, row));
    allowances.chain(received.charges.iter().map(|row| one(true, row))).collect()
}

/// The stated totals. What a profile without lines leaves out, is missing.
fn totals(
    received: &ReceivedInvoice,
    lines: &[InvoiceLine],
    adjustments: &[Adjustment],
) -> Result<Totals, Error> {
    let stated = received.totals;
    let needed = |amount: Option<i64>, name: &str| {
        amount.ok_or_else(|| unbookable(format!("it does not state {name}")))
    };
    let sum = |is_charge: bool| {
        let rows = adjustments.iter().filter(|row| row.is_charge == is_charge);
        rows.map(|row| row.amount).sum()
    };
    if lines.is_empty() {
        return Err(unbookable("it has no lines"));
    }
    let vat = received.vat.iter().map(|row| {
        let vat = values::vat(&row.category, row.percent)?;
        Ok(VatRow { vat, net: row.net_minor, tax: row.vat_minor })
    });
    Ok(Totals {
        lines: needed(stated.lines_minor, "the sum of its lines")?,
        allowances: sum(false),
        charges: sum(true),
        net: needed(stated.net_minor, "its net total")?,
        vat: vat.collect::<Result<_, Error>>()?,
        tax: stated.vat_minor.unwrap_or_default(),
        gross: needed(stated.gross_minor, "its total with VAT")?,
        prepaid: stated.prepaid_minor.unwrap_or_default(),
        rounding: stated.rounding_minor.unwrap_or_default(),
        due: needed(stated.due_minor, "the amount due")?,
        retained: 0,
    })
}
