//! Single values of a received invoice.

use plinth_domain::{BasisPoints, CashDiscount, Quantity, Taxation, UnitPrice, Vat, VatCategory};
use plinth_ports::e_documents::ReceivedVat;
use rust_decimal::Decimal;

use super::{texts::short, unbookable};
use crate::Error;

/// A category with its rate.
pub(super) fn vat(category: &str, percent: Option<Decimal>) -> Result<Vat, Error> {
    let refuse = || {
        let percent = percent.unwrap_or_default();
        unbookable(format!("the VAT category {category} at {percent} % is none of those here"))
    };
    let found = VatCategory::from_name(category).ok_or_else(refuse)?;
    let points = percent.unwrap_or_default().checked_mul(Decimal::ONE_HUNDRED);
    let points = points.filter(Decimal::is_integer).and_then(|p| u16::try_from(p).ok());
    let rate = points.and_then(|points| BasisPoints::new(points).ok()).ok_or_else(refuse)?;
    Vat::new(found, rate).map_err(|_| refuse())
}

/// The tax on an amount. The breakdown states why a category is exempt.
pub(super) fn taxation(
    category: &str,
    percent: Option<Decimal>,
    breakdown: &[ReceivedVat],
) -> Result<Taxation, Error> {
    let vat = vat(category, percent)?;
    let stated = breakdown.iter().find(|row| row.category == category);
    let reason = short(stated.and_then(|row| row.exemption.as_deref()));
    let reason = match vat.category() {
        VatCategory::Standard | VatCategory::Zero => None,
        VatCategory::Exempt => reason.or_else(|| short(Some("-"))),
        _ => reason,
    };
    Taxation::new(vat, reason).map_err(|invalid| unbookable(invalid.detail))
}

/// The quantity and the price of one unit. A price below 0 is one of a negative quantity, and what has
/// more than six decimals is rounded: the amount of the line is stated.
pub(super) fn quantity_and_price(
    quantity: Decimal,
    price: Decimal,
    per: Option<Decimal>,
) -> Result<(Quantity, UnitPrice), Error> {
    let refuse = || unbookable("the quantity or the price of a line is out of range");
    let per = per.filter(|per| !per.is_zero()).unwrap_or(Decimal::ONE);
    let price = price.checked_div(per).ok_or_else(refuse)?;
    let (quantity, price) =
        if price.is_sign_negative() { (-quantity, -price) } else { (quantity, price) };
    let text = |value: Decimal| value.round_dp(6).normalize().to_string();
    let quantity = Quantity::parse(&text(quantity)).map_err(|_| refuse())?;
    Ok((quantity, UnitPrice::parse(&text(price)).map_err(|_| refuse())?))
}

/// The cash discounts in terms of payment, as XRechnung writes them:
/// `#SKONTO#TAGE=10#PROZENT=2.00#`. One on another amount than `due` is left in words.
pub(super) fn cash_discounts(terms: &str, due: Option<Decimal>) -> Vec<CashDiscount> {
    let one = |line: &str| {
        let (days, rest) = line.trim().strip_prefix("#SKONTO#TAGE=")?.split_once("#PROZENT=")?;
        let rest = rest.strip_suffix('#')?;
        let (percent, base) = match rest.split_once("#BASISBETRAG=") {
            Some((percent, base)) => (percent, Some(base.parse().ok()?)),
            None => (rest, None),
        };
        if base.is_some() && base != due {
            return None;
        }
        let percent: Decimal = percent.parse().ok()?;
        let points = percent.checked_mul(Decimal::ONE_HUNDRED)?;
        let rate = BasisPoints::new(u16::try_from(points).ok()?).ok()?;
        CashDiscount::new(days.parse().ok()?, rate).ok()
    };
    let mut found: Vec<_> = terms.lines().filter_map(one).collect();
    found.sort_by_key(|step| step.days());
    found.dedup_by_key(|step| step.days());
    found.truncate(plinth_domain::MAX_DISCOUNTS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cash_discounts_are_read_from_the_terms() {
        let terms = "Zahlbar in 30 Tagen.\n#SKONTO#TAGE=14#PROZENT=1.50#\n#SKONTO#TAGE=7#PROZENT=3.00#\n\
                     #SKONTO#TAGE=3#PROZENT=3.00#BASISBETRAG=5.00#\n#SKONTO#TAGE=400#PROZENT=1.00#";
        let read = |due: Option<&str>| -> Vec<_> {
            let read = cash_discounts(terms, due.map(|due| due.parse().unwrap()));
            read.iter().map(|step| (step.days(), step.rate().points())).collect()
        };
        assert_eq!(read(None), [(7, 300), (14, 150)]);
        assert_eq!(read(Some("5.01")), [(7, 300), (14, 150)]);
        assert_eq!(read(Some("5")), [(3, 300), (7, 300), (14, 150)]);
    }

    #[test]
    fn a_price_is_of_one_unit_and_never_negative() {
        let of = |quantity: &str, price: &str, per: Option<&str>| {
            let per = per.map(|per| per.parse().unwrap());
            let read = quantity_and_price(quantity.parse().unwrap(), price.parse().unwrap(), per);
            read.map(|(quantity, price)| (quantity.to_string(), price.to_string())).ok()
        };
        let some = |quantity: &str, price: &str| Some((quantity.to_owned(), price.to_owned()));
        assert_eq!(of("3", "12.50", None), some("3", "12.5"));
        assert_eq!(of("3", "100", Some("1000")), some("3", "0.1"));
        assert_eq!(of("3", "1", Some("3")), some("3", "0.333333"));
        assert_eq!(of("1", "-5", None), some("-1", "5"));
        assert_eq!(of("1", "5", Some("0")), some("1", "5"));
        assert_eq!(of("1", "9999999999999", None), None);
    }

    #[test]
    fn only_known_taxes_are_taken() {
        let rate = |percent: &str| Some(percent.parse().unwrap());
        assert_eq!(vat("S", rate("9.975")).ok(), None);
        assert_eq!(vat("S", rate("19.00")).unwrap().rate().points(), 1900);
        assert_eq!(vat("O", None).unwrap().rate().points(), 0);
        assert!(vat("L", rate("7")).is_err() && vat("S", None).is_err());
        assert!(vat("S", rate("-1")).is_err() && vat("S", rate("70000")).is_err());
    }
}
