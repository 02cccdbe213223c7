use en16931::{
    InvoiceAmount, Quantity, UnitPriceAmount,
    invoice::{
        DocumentAllowanceCharge, InvoiceLine as Line, Item, LineAllowanceCharge, LineVat,
        PriceDetails,
    },
};
use plinth_domain::{Adjustment, BasisPoints, InvoiceLine, Taxation, pricing::PriceMode, rounded};
use plinth_ports::e_documents::Unwritable;
use rust_decimal::Decimal;

use super::{
    amounts::{Amounts, hundredths, rate},
    texts::Texts,
};

/// The most decimals of a price that is calculated.
const PRICE_DECIMALS: u32 = 12;

/// One line. Its price times its quantity, less its discount, is its net amount, as PEPPOL-EN16931-R120
/// demands. A price that contains VAT is replaced by the one that has the line's net amount.
pub(super) fn line(
    position: usize,
    line: &InvoiceLine,
    mode: PriceMode,
    amounts: Amounts,
    texts: Texts,
) -> Result<Line, Unwritable> {
    let (draft, net) = (&line.draft, line.net);
    let (quantity, stated) = (draft.quantity.value(), draft.price.value());
    let (discount, price) = match mode {
        PriceMode::Net => (line.discount, stated),
        PriceMode::Gross => {
            let discount = without_tax(line.discount, draft.tax.vat().rate());
            (discount, untaxed(stated, draft.tax.vat().rate()))
        }
    };
    // Before the discount. A corrected net amount of a credit note stays the sum.
    let full = match mode {
        PriceMode::Net => line.amount + line.discount,
        PriceMode::Gross => net + discount,
    };
    let exact = amounts.decimal(full);
    let is_exact = mode == PriceMode::Net && product(price, quantity) == Some(exact);
    let price = if is_exact { price } else { price_of(exact, quantity).unwrap_or(price) };
    let reduction = full - net;
    let change = |minor: i64| -> Result<_, Unwritable> {
        Ok(LineAllowanceCharge {
            amount: amounts.amount(minor)?,
            base_amount: None,
            percentage: None,
            reason: Some(texts.discount.to_owned()),
            reason_code: None,
        })
    };
    let text = draft.text.as_str();
    let name = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(text);
    let vat = line_vat(&draft.tax);
    let mut written = Line::new(
        position.to_string(),
        name,
        Quantity::new(quantity),
        draft.unit.as_str(),
        amounts.amount(net)?,
        vat.category,
        vat.rate,
    );
    written.price =
        PriceDetails { net_price: UnitPriceAmount::new(price), ..PriceDetails::default() };
    written.item = Item {
        name: Some(name.to_owned()),
        description: (name != text).then(|| text.to_owned()),
        ..Item::default()
    };
    // An allowance is never below zero; less of a negative amount is a charge.
    match reduction {
        0 => {}
        1.. => written.allowances.push(change(reduction)?),
        _ => written.charges.push(change(-reduction)?),
    }
    Ok(written)
}

/// An allowance or a charge on the document; `net` is its amount without VAT.
pub(super) fn adjustment(adjustment: &Adjustment, net: InvoiceAmount) -> DocumentAllowanceCharge {
    DocumentAllowanceCharge {
        amount: net,
        base_amount: None,
        percentage: None,
        vat: line_vat(&adjustment.tax),
        reason: Some(adjustment.reason.as_str().to_owned()),
        reason_code: None,
    }
}

fn line_vat(tax: &Taxation) -> LineVat {
    LineVat { category: tax.vat().category().name().into(), rate: rate(tax.vat()) }
}

/// An amount with VAT in minor units, without it.
fn without_tax(amount: i64, rate: BasisPoints) -> i64 {
    let whole = BasisPoints::WHOLE;
    let net = rounded(i128::from(amount) * whole, whole + i128::from(rate.points()));
    // It is not larger than the amount.
    i64::try_from(net).unwrap_or(amount)
}

/// A price without its VAT.
fn untaxed(price: Decimal, rate: BasisPoints) -> Decimal {
    let factor = Decimal::ONE + Decimal::new(rate.points().into(), 4);
    price.checked_div(factor).map_or(price, |net| net.round_dp(6).normalize())
}

fn product(price: Decimal, quantity: Decimal) -> Option<Decimal> {
    price.checked_mul(quantity).map(hundredths)
}

/// The price with the fewest decimals of which `quantity` cost `amount`.
fn price_of(amount: Decimal, quantity: Decimal) -> Option<Decimal> {
    let exact = amount.checked_div(quantity)?;
    let mut prices = (2..=PRICE_DECIMALS).map(|decimals| exact.round_dp(decimals));
    let price = prices.find(|price| product(*price, quantity) == Some(amount))?;
    (!price.is_sign_negative()).then(|| price.normalize())
}
