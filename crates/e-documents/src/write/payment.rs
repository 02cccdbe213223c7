use en16931::{
    EarlyPaymentDiscount, PaymentTerms,
    invoice::{CreditTransfer, PaymentInstructions, PaymentMeans},
};
use plinth_domain::{BankAccount, Bic, CashDiscount, Currency, Iban, Invoice, Name};
use plinth_ports::{
    TransferReference,
    e_documents::{E_INVOICE_INCOMPLETE, Unwritable},
};
use rust_decimal::Decimal;

use super::{
    amounts::{Amounts, percent},
    refused,
    texts::Texts,
};

/// Means of payment (UNTDID 4461).
const CREDIT_TRANSFER: &str = "30";
const SEPA_CREDIT_TRANSFER: &str = "58";
const CLEARING_BETWEEN_PARTNERS: &str = "97";

/// How an invoice is paid: to the seller's account.
pub(super) fn to(
    account: &BankAccount,
    currency: Currency,
    reference: Option<&TransferReference>,
    number: &str,
) -> PaymentInstructions {
    let is_sepa = currency == Currency::EUR;
    let code = if is_sepa { SEPA_CREDIT_TRANSFER } else { CREDIT_TRANSFER };
    let reference = match reference {
        Some(TransferReference::Creditor(text) | TransferReference::Text(text)) => text,
        None => number,
    };
    PaymentInstructions {
        means_code: Some(code.into()),
        means_text: None,
        remittance_information: Some(reference.to_owned()),
        means: Some(PaymentMeans::CreditTransfer(vec![CreditTransfer {
            account_identifier: account.iban.as_ref().map(|iban| Iban::as_str(iban).to_owned()),
            account_name: account.holder.as_ref().map(|name| Name::as_str(name).to_owned()),
            provider_identifier: account.bic.as_ref().map(|bic| Bic::as_str(bic).to_owned()),
        }])),
    }
}

/// How a credit note is settled: by set-off, or by a refund that is agreed.
pub(super) fn set_off(number: &str) -> PaymentInstructions {
    PaymentInstructions {
        means_code: Some(CLEARING_BETWEEN_PARTNERS.into()),
        remittance_information: Some(number.to_owned()),
        ..PaymentInstructions::default()
    }
}

/// The terms in words, with the cash discounts as XRechnung writes them (BR-DE-18):
/// `#SKONTO#TAGE=10#PROZENT=2.00#`. One on another amount than the amount due states it
/// (`BASISBETRAG`); of nothing there is none.
pub(super) fn terms(
    invoice: &Invoice,
    amounts: Amounts,
    texts: Texts,
) -> Result<Option<String>, Unwritable> {
    let content = &invoice.content;
    let base = invoice.discount_base(0);
    let of = (base != invoice.totals.due).then_some(base);
    let due_on = content.due_on.map(|day| texts.payable_until(day));
    let mut words: Vec<String> = due_on.into_iter().collect();
    let discounts = content.discounts.iter().copied().filter(|_| base > 0);
    let (at_once, later): (Vec<CashDiscount>, Vec<CashDiscount>) =
        discounts.partition(|step| step.days() == 0);
    let currency = content.currency.as_str();
    words.extend(at_once.into_iter().map(|step| {
        let percent = Decimal::new(step.rate().points().into(), 2);
        texts.discount_at_once(percent, of.map(|base| (amounts.decimal(base), currency)))
    }));
    if words.is_empty() && later.is_empty() {
        return Ok(None);
    }
    let refuse =
        |error: en16931::PaymentTermsError| refused(E_INVOICE_INCOMPLETE, &error.to_string());
    let mut terms = PaymentTerms::new(words.join("\n")).map_err(refuse)?;
    for step in later {
        let discount = EarlyPaymentDiscount::new(step.days().into(), percent(step.rate()));
        let mut discount = discount.map_err(refuse)?;
        if let Some(base) = of {
            discount = discount.with_base_amount(amounts.amount(base)?);
        }
        terms = terms.with_discount(discount);
    }
    Ok(Some(terms.to_string()))
}
