//! The texts that an e-invoice has in the language of its document.

use chrono::NaiveDate;
use plinth_domain::Language;
use rust_decimal::Decimal;

/// Texts in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts {
    is_german: bool,
    pub(super) discount: &'static str,
    pub(super) set_off: &'static str,
    pub(super) deducted: &'static str,
    pub(super) invoice: &'static str,
    pub(super) credit_note: &'static str,
}

impl Texts {
    pub(super) const fn of(language: Option<Language>) -> Self {
        match language {
            Some(Language::De) => Self {
                is_german: true,
                discount: "Rabatt",
                set_off: "Wird verrechnet oder erstattet.",
                deducted: "Abgezogene Teilrechnungen:",
                invoice: "Rechnung",
                credit_note: "Gutschrift",
            },
            _ => Self {
                is_german: false,
                discount: "Discount",
                set_off: "To be set off or refunded.",
                deducted: "Partial invoices deducted:",
                invoice: "Invoice",
                credit_note: "Credit note",
            },
        }
    }

    /// The terms of payment in words.
    pub(super) fn payable_until(self, day: NaiveDate) -> String {
        let day = self.day(day);
        if self.is_german {
            format!("Zahlbar bis {day} ohne Abzug.")
        } else {
            format!("Payable without deduction by {day}.")
        }
    }

    /// A cash discount for payment on the day of the invoice; `base` is the amount with its currency, where
    /// it is not the amount due.
    pub(super) fn discount_at_once(
        self,
        percent: Decimal,
        base: Option<(Decimal, &str)>,
    ) -> String {
        let percent = self.number(percent);
        let of = if self.is_german { "auf" } else { "on" };
        let base = base.map(|(base, currency)| format!(" {of} {} {currency}", self.number(base)));
        let base = base.unwrap_or_default();
        if self.is_german {
            format!("{percent} % Skonto{base} bei Zahlung am Rechnungstag.")
        } else {
            format!("{percent} % discount{base} for payment on the day of the invoice.")
        }
    }

    /// What is retained as a security.
    pub(super) fn retained(self, percent: Decimal, amount: Decimal, currency: &str) -> String {
        let (percent, amount) = (self.number(percent), self.number(amount));
        if self.is_german {
            format!(
                "Sicherheitseinbehalt {percent} %: {amount} {currency} des Zahlbetrags sind erst \
                 später fällig."
            )
        } else {
            format!(
                "Retention of {percent} %: {amount} {currency} of the amount due fall due later."
            )
        }
    }

    /// A partial invoice that is deducted, with its net amount and its VAT.
    pub(super) fn deduction(
        self,
        (number, day): (&str, NaiveDate),
        (net, tax): (Decimal, Decimal),
        currency: &str,
    ) -> String {
        let (day, net, tax) = (self.day(day), self.number(net), self.number(tax));
        if self.is_german {
            format!("Abgezogen: {number} vom {day}, netto {net} {currency}, USt {tax} {currency}.")
        } else {
            format!("Deducted: {number} of {day}, net {net} {currency}, VAT {tax} {currency}.")
        }
    }

    pub(super) fn day(self, day: NaiveDate) -> String {
        let format = if self.is_german { "%d.%m.%Y" } else { "%Y-%m-%d" };
        day.format(format).to_string()
    }

    fn number(self, value: Decimal) -> String {
        let text = value.to_string();
        if self.is_german { text.replace('.', ",") } else { text }
    }
}
