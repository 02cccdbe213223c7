use super::{BaseRate, DunningSettings};
use crate::{Country, named};

named! {
    /// The law of default that holds for the claims of a seller, by its country.
    DunningLaw {
        /// Germany: §§ 286 and 288 BGB.
        Germany = "de",
        /// Austria: §§ 456 and 458 UGB, §§ 1000 and 1333 ABGB.
        Austria = "at",
        /// Another country with the euro: directive 2011/7/EU, articles 3 and 6. Member states may set a
        /// higher rate, which the settings state.
        EuroArea = "euro_area",
        /// No law that this version knows. In member states without the euro the rate is one of their
        /// own central bank.
        Unknown = "unknown",
    }
}

/// The lump sum for the costs of recovery, in cents of EUR: § 288 (5) BGB, § 458 UGB, article 6 of the
/// directive.
pub(super) const LUMP_SUM: i64 = 4_000;

/// The countries with the euro in 2026, beside Germany and Austria.
const EURO: [&str; 19] = [
    "BE", "BG", "CY", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL",
    "PT", "SI", "SK",
];

/// How the rate of a year is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// No interest.
    None,
    /// In hundredths of a percent.
    Fixed(u16),
    /// Hundredths of a percent above a base rate.
    Above(BaseRate, i32),
}

impl DunningLaw {
    /// The law of a seller's country.
    #[must_use]
    pub fn of(country: Option<&Country>) -> Self {
        match country.map(Country::as_str) {
            Some("DE") => Self::Germany,
            Some("AT") => Self::Austria,
            Some(code) if EURO.contains(&code) => Self::EuroArea,
            _ => Self::Unknown,
        }
    }

    /// The rate of the law; what the settings state replaces that for businesses, and fills in that for
    /// consumers.
    pub(super) fn rate(self, is_consumer: bool, settings: &DunningSettings) -> Rate {
        let stated = if is_consumer { settings.consumer_rate } else { settings.business_rate };
        let stated = stated.map(|rate| Rate::Fixed(rate.points()));
        let lawful = match (self, is_consumer) {
            // § 288 (1) BGB: five percentage points above the base rate.
            (Self::Germany, true) => Rate::Above(BaseRate::Bundesbank, 500),
            // § 288 (2) BGB: nine percentage points, where no consumer takes part.
            (Self::Germany, false) => Rate::Above(BaseRate::Bundesbank, 900),
            // § 1333 (1) with § 1000 (1) ABGB: four percent.
            (Self::Austria, true) => Rate::Fixed(400),
            // § 456 UGB: 9.2 percentage points above the base rate.
            (Self::Austria, false) => Rate::Above(BaseRate::Oenb, 920),
            // Article 2 (6): eight percentage points above the reference rate. The directive does not
            // hold for consumers.
            (Self::EuroArea, false) => Rate::Above(BaseRate::Ecb, 800),
            (Self::EuroArea, true) | (Self::Unknown, _) => Rate::None,
        };
        match stated {
            // An agreement cannot take the protection of the law from a consumer.
            Some(stated) if !is_consumer || lawful == Rate::None => stated,
            _ => lawful,
        }
    }

    /// Whether the debtor owes the lump sum. Consumers never do.
    pub(super) const fn has_lump_sum(self, is_consumer: bool) -> bool {
        !is_consumer && !matches!(self, Self::Unknown)
    }

    /// Whether a notice of this level may have a fee. In Germany the first one puts into default
    /// (§ 286 (1) BGB), so its costs are no damage of the default. The costs that consumers of other
    /// countries with the euro owe differ: none.
    pub(super) const fn allows_fee(self, is_consumer: bool, level: u8) -> bool {
        match self {
            Self::Germany => level > 1,
            Self::EuroArea => !is_consumer,
            Self::Austria | Self::Unknown => true,
        }
    }

    /// Whether default begins with the first notice, and not with the day after the due date. A consumer
    /// in Germany is in default after 30 days only where the invoice says so (§ 286 (3) BGB), which
    /// invoices of Plinth do not.
    pub(super) const fn begins_with_notice(self, is_consumer: bool) -> bool {
        is_consumer && matches!(self, Self::Germany)
    }
}
