//! What is due later, discounts for early payment, and the payment code.

use chrono::Days;
use plinth_domain::{
    BasisPoints, CashDiscount, Currency, Invoice, InvoiceKind, Text, pricing::part,
    remittance::rf_reference,
};
use plinth_ports::{CreditTransfer, PrintedCashDiscount, PrintedRetention, TransferReference};

use super::written::Writer;

/// The amounts that a payment code can hold, in cents (EPC069-12).
const CODE_CENTS: std::ops::RangeInclusive<i64> = 1..=99_999_999_999;

/// The most bytes of a name in a payment code, so that name, account and reference fit into it.
const CODE_NAME_BYTES: usize = 90;

pub(super) fn retention(invoice: &Invoice, writer: Writer) -> Option<PrintedRetention> {
    let retained = invoice.totals.retained;
    (retained != 0).then(|| PrintedRetention {
        rate: writer.rate(invoice.content.retention),
        amount: writer.amount(retained),
        payable: writer.amount(invoice.payable_now()),
        until: None,
    })
}

/// Each discount is a part of what is paid now.
pub(super) fn cash_discounts(invoice: &Invoice, writer: Writer) -> Vec<PrintedCashDiscount> {
    let payable = invoice.discount_base(0);
    let Some(issued_on) = invoice.content.issued_on.filter(|_| payable > 0) else {
        return Vec::new();
    };
    let printed = |discount: &CashDiscount| {
        let until = issued_on.checked_add_days(Days::new(discount.days().into()))?;
        let rate: BasisPoints = discount.rate();
        let less = part(payable, rate);
        Some(PrintedCashDiscount {
            until: writer.day(until),
            rate: writer.rate(rate),
            discount: writer.amount(less),
            payable: writer.amount(payable - less),
        })
    };
    invoice.content.discounts.iter().filter_map(printed).collect()
}

/// The code for what is paid now. An invoice that cannot have one is printed without it.
pub(super) fn credit_transfer(invoice: &Invoice) -> Option<CreditTransfer> {
    let content = &invoice.content;
    let cents = invoice.payable_now();
    let may_pay = content.currency == Currency::EUR && content.kind != InvoiceKind::CreditNote;
    if !may_pay || !CODE_CENTS.contains(&cents) {
        return None;
    }
    let seller = &invoice.parties.as_ref()?.seller;
    let account = &seller.bank_account;
    let name = account.holder.as_ref().unwrap_or(&seller.name).as_str();
    let number = invoice.number.as_ref().map_or("", Text::as_str);
    Some(CreditTransfer {
        name: name[..name.floor_char_boundary(CODE_NAME_BYTES)].trim_end().to_owned(),
        iban: account.iban.as_ref()?.as_str().to_owned(),
        bic: account.bic.as_ref().map(|bic| bic.as_str().to_owned()),
        cents: cents.unsigned_abs(),
        reference: rf_reference(number).map_or_else(
            || TransferReference::Text(number.to_owned()),
            TransferReference::Creditor,
        ),
    })
}
