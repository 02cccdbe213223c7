use proptest::prelude::*;

use super::*;
use crate::{
    Currency, Quantity, UnitPrice, VatCategory,
    pricing::{self, Discount},
};

fn vat(points: u16) -> Vat {
    let category = if points == 0 { VatCategory::Zero } else { VatCategory::Standard };
    Vat::new(category, BasisPoints::new(points).unwrap()).unwrap()
}

fn line(amount: i64, points: u16) -> Entry {
    Entry { kind: Priced::Line, amount, vat: vat(points) }
}

#[test]
fn tax_is_calculated_once_for_each_rate() {
    // 3 × 0.33 € at 19 %: 0.19 € for the sum, and 0.18 € for the sum of rounded taxes.
    let entries = [line(33, 1900), line(33, 1900), line(33, 1900), line(100, 700)];
    let (_, totals) = total(PriceMode::Net, &entries, Extras::default()).unwrap();
    let rows =
        [VatRow { vat: vat(700), net: 100, tax: 7 }, VatRow { vat: vat(1900), net: 99, tax: 19 }];
    assert_eq!((totals.vat.as_slice(), totals.gross), (rows.as_slice(), 225));
}

#[test]
fn a_gross_price_is_reached_to_the_cent() {
    // 500.00 € and 0.03 € with 19 %: no net amount plus its rounded tax gives 0.03 €.
    for gross in [50_000, 3, 1, 11_899, -50_000] {
        let (nets, totals) =
            total(PriceMode::Gross, &[line(gross, 1900)], Extras::default()).unwrap();
        assert_eq!((totals.gross, nets[0] + totals.tax), (gross, gross));
    }
}

#[test]
fn allowances_charges_prepayments_and_cash_make_the_amount_due() {
    let entries = [
        line(100_000, 1900),
        Entry { kind: Priced::Allowance, amount: 5_000, vat: vat(1900) },
        Entry { kind: Priced::Charge, amount: 1_234, vat: vat(700) },
    ];
    let extras =
        Extras { prepaid: 10_003, cash_unit: 5, retention: BasisPoints::new(500).unwrap() };
    let (_, totals) = total(PriceMode::Net, &entries, extras).unwrap();
    assert_eq!((totals.lines, totals.allowances, totals.charges), (100_000, 5_000, 1_234));
    assert_eq!((totals.net, totals.tax, totals.gross), (96_234, 18_136, 114_370));
    assert_eq!((totals.rounding, totals.due, totals.retained), (-2, 104_365, 5_218));
}

#[test]
fn a_total_out_of_range_is_refused() {
    let most = [line(money::MAX_AMOUNT, 1900)];
    let error = total(PriceMode::Net, &most, Extras::default()).unwrap_err();
    assert_eq!(error.code, money::AMOUNT_OVERFLOW);
    assert!(total(PriceMode::Gross, &most, Extras::default()).is_ok());
}

prop_compose! {
    fn a_quantity()(digits in -99_999_999_i64..100_000_000, places in 0_u32..7) -> Quantity {
        let shift = 10_i64.pow(places);
        let sign = if digits < 0 { "-" } else { "" };
        let (whole, rest) = (digits.abs() / shift, digits.abs() % shift);
        let text = format!("{sign}{whole}.{rest:0width$}0", width = places as usize);
        Quantity::parse(text.get(..text.len() - usize::from(places == 6)).unwrap()).unwrap()
    }
}

prop_compose! {
    fn an_entry(currency: Currency)(
        quantity in a_quantity(),
        price in 0_u64..100_000_000,
        rate in proptest::sample::select(vec![0_u16, 550, 700, 998, 1900, 2700, 10_000]),
        discount in 0_u16..40_000,
        kind in 0..6,
    ) -> Entry {
        let price = UnitPrice::parse(&format!("{}.{:06}", price / 1_000_000, price % 1_000_000));
        let discount = BasisPoints::new(discount).ok().map(Discount::Part);
        let line = pricing::line(quantity, price.unwrap(), discount, currency).unwrap();
        match kind {
            0 => Entry { kind: Priced::Allowance, amount: line.amount.abs(), vat: vat(rate) },
            1 => Entry { kind: Priced::Charge, amount: line.amount.abs(), vat: vat(rate) },
            _ => Entry { kind: Priced::Line, amount: line.amount, vat: vat(rate) },
        }
    }
}

fn a_document() -> impl Strategy<Value = (PriceMode, Vec<Entry>, Extras)> {
    let currency = proptest::sample::select(vec!["JPY", "EUR", "KWD", "CLF"]);
    currency.prop_flat_map(|code| {
        let currency = Currency::parse(code).unwrap();
        let extras =
            (0_i64..1_000_000, 0_u16..101, 0_u16..1_001).prop_map(|(prepaid, unit, points)| {
                Extras { prepaid, cash_unit: unit, retention: BasisPoints::new(points).unwrap() }
            });
        let mode = proptest::sample::select(PriceMode::ALL.to_vec());
        (mode, proptest::collection::vec(an_entry(currency), 1..12), extras)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn every_total_is_the_sum_of_its_parts((mode, entries, extras) in a_document()) {
        let (nets, totals) = total(mode, &entries, extras).unwrap();
        let signed = |of: fn(&Entry, i64) -> i64| -> i64 {
            entries.iter().zip(&nets).map(|(entry, net)| of(entry, *net)).sum()
        };
        let sign = |entry: &Entry, amount: i64| {
            if entry.kind == Priced::Allowance { -amount } else { amount }
        };
        // Lines, allowances and charges, and the rows of the breakdown, both make the net total.
        prop_assert_eq!(signed(|e, n| if e.kind == Priced::Line { n } else { 0 }), totals.lines);
        prop_assert_eq!(totals.lines - totals.allowances + totals.charges, totals.net);
        prop_assert_eq!(totals.vat.iter().map(|row| row.net).sum::<i64>(), totals.net);
        prop_assert_eq!(totals.vat.iter().map(|row| row.tax).sum::<i64>(), totals.tax);
        prop_assert_eq!(totals.net + totals.tax, totals.gross);
        prop_assert_eq!(totals.gross - totals.prepaid + totals.rounding, totals.due);
        let unit = i64::from(extras.cash_unit.max(1));
        prop_assert!(totals.due % unit == 0 && totals.rounding.abs() * 2 <= unit);
        prop_assert!((0..=totals.due.max(0)).contains(&totals.retained));
        for row in &totals.vat {
            let (net, tax) = (i128::from(row.net), i128::from(row.tax));
            let rate = i128::from(row.vat.rate().points());
            // The tax is the rate of the taxable amount, to the minor unit (BR-S-09).
            prop_assert!((tax * BasisPoints::WHOLE - net * rate).abs() <= BasisPoints::WHOLE);
            let of_row = |e: &Entry| e.vat == row.vat;
            let nets = entries.iter().zip(&nets).filter(|(e, _)| of_row(e));
            prop_assert_eq!(nets.map(|(e, n)| sign(e, *n)).sum::<i64>(), row.net);
            if mode == PriceMode::Gross {
                let entered = entries.iter().filter(|e| of_row(e)).map(|e| sign(e, e.amount));
                prop_assert_eq!(entered.sum::<i64>(), row.net + row.tax);
            }
        }
        for (entry, net) in entries.iter().zip(&nets) {
            let own = match mode {
                PriceMode::Net => entry.amount,
                PriceMode::Gross => {
                    let amount = i128::from(entry.amount);
                    i64::try_from(amount - contained(amount, entry.vat)).unwrap()
                }
            };
            prop_assert!((own - net).abs() <= 1, "{own} {net}");
        }
    }
}
