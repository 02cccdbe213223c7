//! Quantities, prices and taxes in bodies and views.

use plinth_domain::{BasisPoints, Taxation, Text, Vat, VatCategory};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{json::Faults, values::known};

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
