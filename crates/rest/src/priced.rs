//! Quantities, prices and taxes in bodies and views.

use plinth_domain::{
    BasisPoints, CURRENCY_DIFFERS, Currency, Invalid, LineDraft, Lines, Money, Quantity, Taxation,
    Text, UnitCode, UnitPrice, Vat, VatCategory, codes, pricing::Discount,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{json::Faults, money::MoneyBody, values::known};

/// The code of a VAT category, for the OpenAPI document.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what the strings may be")]
pub(crate) enum VatCategoryName {
    S,
    Z,
    E,
    AE,
    K,
    G,
    O,
}

/// The VAT on an amount (UNTDID 5305). Only `S` has a rate above 0; `E` needs a reason.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Vat)]
pub(crate) struct VatBody {
    #[schema(value_type = VatCategoryName, example = "S")]
    category: String,
    /// In hundredths of a percent: 1900 is 19 %.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10_000, example = 1900)]
    rate_basis_points: u16,
    /// Why it is exempt.
    #[schema(min_length = 1, max_length = 300, example = "§ 4 Nr. 12 UStG")]
    exemption_reason: Option<String>,
}

impl VatBody {
    pub(crate) fn new(vat: Vat, reason: Option<&Text<300>>) -> Self {
        Self {
            category: vat.category().name().to_owned(),
            rate_basis_points: vat.rate().points(),
            exemption_reason: reason.map(|reason| reason.as_str().to_owned()),
        }
    }

    /// The tax, for one at the pointer `at`.
    pub(crate) fn check(self, f: &mut Faults, at: &str) -> Option<Taxation> {
        let names = VatCategory::ALL.map(VatCategory::name);
        let category = known(&self.category, VatCategory::from_name, &names);
        let category = f.check(&format!("{at}/category"), category);
        let rate_at = format!("{at}/rate_basis_points");
        let rate = f.check(&rate_at, BasisPoints::new(self.rate_basis_points));
        let reason_at = format!("{at}/exemption_reason");
        let reason = f.check_some(&reason_at, self.exemption_reason, |text| Text::parse(&text));
        let vat = f.check(&rate_at, Vat::new(category?, rate?));
        f.check(&reason_at, Taxation::new(vat?, reason?))
    }
}

/// A discount on a line: either a part of its amount, or an amount.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Discount)]
pub(crate) struct DiscountBody {
    /// In hundredths of a percent of the line's amount.
    #[schema(minimum = 0, maximum = 10_000, example = 300)]
    rate_basis_points: Option<u16>,
    /// Never negative.
    amount: Option<MoneyBody>,
}

impl DiscountBody {
    pub(crate) fn new(discount: Discount, currency: Currency) -> Self {
        match discount {
            Discount::Part(rate) => Self { rate_basis_points: Some(rate.points()), amount: None },
            Discount::Amount(amount_minor) => Self {
                rate_basis_points: None,
                amount: Some(Money { amount_minor, currency }.into()),
            },
        }
    }

    fn check(self, f: &mut Faults, at: &str, currencies: &mut Currencies) -> Option<Discount> {
        match (self.rate_basis_points, self.amount) {
            (Some(points), None) => {
                let rate = BasisPoints::new(points).map(Discount::Part);
                f.check(&format!("{at}/rate_basis_points"), rate)
            }
            (None, Some(amount)) => {
                let at = format!("{at}/amount");
                let minor = currencies.minor(f, &at, amount)?;
                f.check(&at, Discount::of_amount(minor))
            }
            _ => {
                let detail = "either rate_basis_points or amount";
                f.check(at, Err(Invalid::new(codes::FIELD_REQUIRED, detail)))
            }
        }
    }
}

/// A line that is to be priced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLine {
    /// What is supplied.
    #[schema(min_length = 1, max_length = 2000, example = "Concrete C25/30, delivered")]
    text: String,
    /// A decimal with up to 12 digits before the point and 6 after it.
    #[schema(pattern = "^-?[0-9]{1,12}(\\.[0-9]{1,6})?$", example = "12.5")]
    quantity: String,
    /// A code of UN/ECE Recommendation 20: `C62` for a piece.
    #[schema(pattern = "^[A-Z0-9]{2,3}$", example = "MTQ")]
    unit: String,
    /// The price of one unit, in the major unit of the currency, with up to 6 decimals.
    #[schema(pattern = "^[0-9]{1,12}(\\.[0-9]{1,6})?$", example = "98.40")]
    unit_price: String,
    discount: Option<DiscountBody>,
    vat: VatBody,
    /// The number of the position of the contract that the line is about.
    #[schema(minimum = 1, maximum = 500, example = 3)]
    contract_position: Option<u16>,
}

impl NewLine {
    /// The line, for one at the pointer `at`.
    pub(crate) fn check(
        self,
        f: &mut Faults,
        at: &str,
        currencies: &mut Currencies,
    ) -> Option<LineDraft> {
        let text = f.check(&format!("{at}/text"), Lines::parse(&self.text));
        let quantity = f.check(&format!("{at}/quantity"), Quantity::parse(&self.quantity));
        let unit = f.check(&format!("{at}/unit"), UnitCode::parse(&self.unit));
        let price = f.check(&format!("{at}/unit_price"), UnitPrice::parse(&self.unit_price));
        let discount = match self.discount {
            Some(body) => body.check(f, &format!("{at}/discount"), currencies).map(Some),
            None => Some(None),
        };
        let tax = self.vat.check(f, &format!("{at}/vat"));
        let position_at = format!("{at}/contract_position");
        let position = f.check_some(&position_at, self.contract_position, contract_position);
        Some(LineDraft {
            text: text?,
            quantity: quantity?,
            unit: unit?,
            price: price?,
            discount: discount?,
            tax: tax?,
            contract_position: position?,
        })
    }
}

fn contract_position(number: u16) -> Result<u16, Invalid> {
    let invalid = || Invalid::new(codes::NUMBER_OUT_OF_RANGE, "1 to 500");
    (1..=500).contains(&number).then_some(number).ok_or_else(invalid)
}

/// The one currency of all amounts in a body.
#[derive(Debug, Default)]
pub(crate) struct Currencies(Option<Currency>);

impl Currencies {
    /// Starts with the currency of the document, where the body states it.
    pub(crate) const fn of(currency: Option<Currency>) -> Self {
        Self(currency)
    }

    /// The currency that the amounts have, if there are any.
    pub(crate) const fn stated(&self) -> Option<Currency> {
        self.0
    }

    /// An amount in minor units; a fault where its currency differs from the others.
    pub(crate) fn minor(&mut self, f: &mut Faults, at: &str, body: MoneyBody) -> Option<i64> {
        let money = body.check(f, at)?;
        let first = *self.0.get_or_insert(money.currency);
        if first == money.currency {
            return Some(money.amount_minor);
        }
        let detail = format!("must be in {}", first.as_str());
        f.check(&format!("{at}/currency"), Err(Invalid::new(CURRENCY_DIFFERS, detail)))
    }
}
