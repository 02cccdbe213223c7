//! Random invoices keep the rules, among them that a line's amount is its price times its quantity.

use plinth_domain::{
    Adjustment, CashUnit, Currency, InvoiceContent, LineDraft, Text, VatCategory,
    pricing::{Discount, PriceMode},
};
use plinth_e_documents::read_invoice;
use proptest::prelude::*;

use super::{
    PROFILES, SYNTAXES,
    fixtures::{buyer, content, draft, issued, line, points, tax},
};

fn rate() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0_u16), Just(700), Just(1900), Just(998)]
}

fn taxed(rate: u16) -> plinth_domain::Taxation {
    let category = if rate == 0 { VatCategory::Zero } else { VatCategory::Standard };
    tax(category, rate, None)
}

fn lines() -> impl Strategy<Value = Vec<LineDraft>> {
    let one = (1_u64..100_000_000_000, 0_u64..10_000_000_000, rate(), 0_u16..5_000, any::<bool>());
    let one = one.prop_map(|(quantity, price, rate, discount, is_negative)| {
        let millionths = |value: u64| format!("{}.{:06}", value / 1_000_000, value % 1_000_000);
        let sign = if is_negative && discount % 5 == 0 { "-" } else { "" };
        let quantity = format!("{sign}{}", millionths(quantity));
        let mut line = line("Zufall", &quantity, "C62", &millionths(price), taxed(rate));
        if discount % 3 == 0 {
            line.discount = Some(Discount::Part(points(discount)));
        }
        line
    });
    proptest::collection::vec(one, 1..12)
}

fn adjustments() -> impl Strategy<Value = Vec<Adjustment>> {
    let one = (any::<bool>(), 0_i64..100_000, rate()).prop_map(|(is_charge, amount, rate)| {
        let reason = Text::parse("Grund").unwrap();
        Adjustment { is_charge, amount, reason, tax: taxed(rate) }
    });
    proptest::collection::vec(one, 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_invoice_that_is_issued_can_be_written(
        lines in lines(),
        adjustments in adjustments(),
        is_gross in any::<bool>(),
        currency in prop_oneof![Just("EUR"), Just("CHF"), Just("JPY")],
    ) {
        let content = InvoiceContent {
            price_mode: if is_gross { PriceMode::Gross } else { PriceMode::Net },
            currency: Currency::parse(currency).unwrap(),
            cash_unit: CashUnit::new(if currency == "CHF" { 5 } else { 1 }).unwrap(),
            adjustments,
            ..content()
        };
        let (invoice, lines) = draft(content, lines);
        prop_assume!(invoice.totals.due >= 0 && invoice.totals.gross >= 0);
        let fixture = issued("random", (invoice, lines), buyer("DE", None));
        for (syntax, _) in SYNTAXES {
            for (profile, _) in PROFILES {
                let written = fixture.write(syntax, profile);
                let xml = written.map_err(|error| TestCaseError::fail(error.to_string()))?;
                let read = read_invoice(&xml, plinth_domain::ContentType::Other).unwrap();
                prop_assert_eq!(read.warnings, []);
                prop_assert_eq!(read.totals.due_minor, Some(fixture.invoice.totals.due));
            }
        }
    }
}
