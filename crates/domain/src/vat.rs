use crate::{Invalid, codes};

crate::codes! {
    VAT_RATE = "vat.rate",
        "Only the category S has a rate above 0, and it needs one (EN 16931, BR-S-05 to BR-O-05).";
}

/// A hundredth of a percent, from 0 to 10,000: 1900 is 19 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// 100 %.
    pub const WHOLE: i128 = 10_000;

    /// Checks that the rate is at most 100 %.
    pub fn new(points: u16) -> Result<Self, Invalid> {
        if i128::from(points) <= Self::WHOLE {
            Ok(Self(points))
        } else {
            Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "0 to 10000 basis points"))
        }
    }

    /// The number of basis points.
    #[must_use]
    pub const fn points(self) -> u16 {
        self.0
    }
}

/// How a supply is taxed (UNTDID 5305, as EN 16931 has it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VatCategory {
    /// `S`: standard or reduced rate.
    Standard,
    /// `Z`: zero rated.
    Zero,
    /// `E`: exempt.
    Exempt,
    /// `AE`: reverse charge; the buyer owes the tax.
    ReverseCharge,
    /// `K`: supply to another member state of the EU.
    IntraCommunity,
    /// `G`: export out of the EU.
    Export,
    /// `O`: not subject to VAT.
    OutOfScope,
}

impl VatCategory {
    /// Every category.
    pub const ALL: [Self; 7] = [
        Self::Standard,
        Self::Zero,
        Self::Exempt,
        Self::ReverseCharge,
        Self::IntraCommunity,
        Self::Export,
        Self::OutOfScope,
    ];

    /// The code, in the API and in e-invoices.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "S",
            Self::Zero => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::IntraCommunity => "K",
            Self::Export => "G",
            Self::OutOfScope => "O",
        }
    }

    /// Finds a category by its code.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }

    /// The reason of the exemption as a code (VATEX); `None` where there is no exemption, or where it
    /// has to be told in words (`E`).
    #[must_use]
    pub const fn exemption_code(self) -> Option<&'static str> {
        match self {
            Self::Standard | Self::Zero | Self::Exempt => None,
            Self::ReverseCharge => Some("VATEX-EU-AE"),
            Self::IntraCommunity => Some("VATEX-EU-IC"),
            Self::Export => Some("VATEX-EU-G"),
            Self::OutOfScope => Some("VATEX-EU-O"),
        }
    }
}

/// The tax on a line, an allowance or a charge: a category with its rate. Amounts with an equal tax
/// are one row of the VAT breakdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vat {
    category: VatCategory,
    rate: BasisPoints,
}

impl Vat {
    /// Checks that the rate fits the category.
    pub fn new(category: VatCategory, rate: BasisPoints) -> Result<Self, Invalid> {
        match (category, rate.points()) {
            (VatCategory::Standard, 0) => Err(Invalid::new(VAT_RATE, "above 0 for category S")),
            (VatCategory::Standard, _) | (_, 0) => Ok(Self { category, rate }),
            _ => Err(Invalid::new(VAT_RATE, format!("0 for category {}", category.name()))),
        }
    }

    /// The category.
    #[must_use]
    pub const fn category(self) -> VatCategory {
        self.category
    }

    /// The rate.
    #[must_use]
    pub const fn rate(self) -> BasisPoints {
        self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_standard_category_has_a_rate() {
        for category in VatCategory::ALL {
            let is_standard = category == VatCategory::Standard;
            let taxed = |points| Vat::new(category, BasisPoints::new(points).unwrap());
            assert_eq!(taxed(1900).is_ok(), is_standard, "{category:?}");
            assert_eq!(taxed(0).is_ok(), !is_standard, "{category:?}");
            assert_eq!(VatCategory::from_name(category.name()), Some(category));
        }
        assert!(BasisPoints::new(10_001).is_err());
    }
}
