use std::collections::BTreeSet;

use super::{BaseRate, StatedRate};
use crate::{BasisPoints, Invalid, Language, Lines, Money, Patch, codes, invoice::values::at_most};

crate::codes! {
    DUNNING_LEVELS = "dunning.levels",
        "Each dunning level begins more days after the due date than the one before it.";
    DUNNING_AMOUNT = "dunning.amount", "An amount is negative, or above its bound.";
}

/// The most levels.
pub const MAX_LEVELS: usize = 5;
/// The highest fee of a notice, in minor units.
pub const MAX_FEE: i64 = 1_000_000;
/// The most stated base rates.
pub const MAX_BASE_RATES: usize = 60;

/// One step of dunning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DunningLevel {
    /// The days after the due date from which the notice is sent: 1 to 365.
    pub after_days: u16,
    /// The days from the notice until the new date: 1 to 90.
    pub pay_within_days: u16,
    /// The fee, where the law allows one. It counts for invoices in its currency.
    pub fee: Option<Money>,
    /// Whether the notice claims default interest.
    pub interest: bool,
    /// Whether the notice claims the lump sum of the law.
    pub lump_sum: bool,
    /// The text of the letter in German.
    pub text_de: Option<Lines<1000>>,
    /// The text of the letter in English.
    pub text_en: Option<Lines<1000>>,
}

impl DunningLevel {
    /// Checks the days after the due date.
    pub fn after_days(days: u16) -> Result<u16, Invalid> {
        within(days, 365)
    }

    /// Checks the days until the new date.
    pub fn pay_within_days(days: u16) -> Result<u16, Invalid> {
        within(days, 90)
    }

    /// Checks a fee: 0 to [`MAX_FEE`].
    pub fn fee(fee: Money) -> Result<Money, Invalid> {
        bounded(fee, MAX_FEE)
    }

    /// The text of the letter.
    #[must_use]
    pub const fn text(&self, language: Language) -> Option<&Lines<1000>> {
        match language {
            Language::De => self.text_de.as_ref(),
            Language::En => self.text_en.as_ref(),
        }
    }

    const fn new(after_days: u16, interest: bool, lump_sum: bool) -> Self {
        Self {
            after_days,
            pay_within_days: 10,
            fee: None,
            interest,
            lump_sum,
            text_de: None,
            text_en: None,
        }
    }
}

/// How an organization duns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DunningSettings {
    /// The levels, in their order; none switches dunning off.
    pub levels: Vec<DunningLevel>,
    /// The least open amount that is dunned. It counts for invoices in its currency.
    pub minimum: Option<Money>,
    /// The agreed rate of a year for businesses, instead of that of the law.
    pub business_rate: Option<BasisPoints>,
    /// The rate of a year for consumers, where the law sets none.
    pub consumer_rate: Option<BasisPoints>,
    /// Base rates of half-years that this version does not know.
    pub base_rates: Vec<StatedRate>,
}

/// A change of the settings; a list is replaced as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of DunningSettings")]
pub struct DunningChanges {
    pub levels: Option<Vec<DunningLevel>>,
    pub minimum: Patch<Money>,
    pub business_rate: Patch<BasisPoints>,
    pub consumer_rate: Patch<BasisPoints>,
    pub base_rates: Option<Vec<StatedRate>>,
}

impl Default for DunningSettings {
    /// A reminder after a week, and two notices with interest. None claims the lump sum, which private
    /// customers do not owe: a party is a business until it is said to be a consumer.
    fn default() -> Self {
        Self {
            levels: vec![
                DunningLevel::new(7, false, false),
                DunningLevel::new(21, true, false),
                DunningLevel::new(35, true, false),
            ],
            minimum: None,
            business_rate: None,
            consumer_rate: None,
            base_rates: Vec::new(),
        }
    }
}

impl DunningSettings {
    /// The settings after a change.
    #[must_use]
    pub fn change(mut self, changes: DunningChanges) -> Self {
        changes.minimum.apply(&mut self.minimum);
        changes.business_rate.apply(&mut self.business_rate);
        changes.consumer_rate.apply(&mut self.consumer_rate);
        Self {
            levels: changes.levels.unwrap_or(self.levels),
            base_rates: changes.base_rates.unwrap_or(self.base_rates),
            ..self
        }
    }

    /// Checks the least open amount, which is not negative.
    pub fn minimum(minimum: Money) -> Result<Money, Invalid> {
        bounded(minimum, crate::MAX_AMOUNT)
    }

    /// Checks the levels: at most [`MAX_LEVELS`], each later than the one before it. The fault has the
    /// index of its level, or none where there are too many.
    pub fn levels(
        levels: Vec<DunningLevel>,
    ) -> Result<Vec<DunningLevel>, (Option<usize>, Invalid)> {
        at_most(&levels, MAX_LEVELS).map_err(|invalid| (None, invalid))?;
        let rises = |pair: &[DunningLevel]| pair[0].after_days < pair[1].after_days;
        match levels.windows(2).position(|pair| !rises(pair)) {
            None => Ok(levels),
            Some(index) => {
                let detail = format!("above {}", levels[index].after_days);
                Err((Some(index + 1), Invalid::new(DUNNING_LEVELS, detail)))
            }
        }
    }

    /// Checks that each half-year has at most one rate of a kind, and that there are at most
    /// [`MAX_BASE_RATES`].
    pub fn base_rates(rates: Vec<StatedRate>) -> Result<Vec<StatedRate>, Invalid> {
        at_most(&rates, MAX_BASE_RATES)?;
        let mut seen: BTreeSet<(BaseRate, chrono::NaiveDate)> = BTreeSet::new();
        if rates.iter().all(|rate| seen.insert((rate.of(), rate.from()))) {
            return Ok(rates);
        }
        Err(Invalid::new(codes::VALUE_REPEATED, "each half-year at most once"))
    }
}

fn bounded(money: Money, most: i64) -> Result<Money, Invalid> {
    if (0..=most).contains(&money.amount_minor) {
        return Ok(money);
    }
    Err(Invalid::new(DUNNING_AMOUNT, format!("0 to {most} minor units")))
}

fn within(days: u16, most: u16) -> Result<u16, Invalid> {
    if (1..=most).contains(&days) {
        return Ok(days);
    }
    Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, format!("1 to {most} days")))
}
