use chrono::NaiveDate;
use plinth_domain::{
    BaseRate, BasisPoints, DunningChanges, DunningLevel, DunningSettings, Lines, Money, Patch,
    StatedRate,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    json::{Faults, Merge},
    money::MoneyBody,
    values::{day, known, names},
};

names! {
    /// A rate of a central bank, above which the law sets default interest.
    BaseRateName = Bundesbank, Oenb, Ecb
}

/// How the organization duns.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DunningSettings)]
pub(super) struct DunningView {
    levels: Vec<LevelBody>,
    /// The least overdue amount that is dunned. It counts for invoices in its currency.
    #[schema(value_type = Option<MoneyBody>)]
    minimum: Option<MoneyBody>,
    /// The agreed rate of a year for businesses, instead of that of the law.
    #[schema(minimum = 0, maximum = 10_000)]
    business_rate_basis_points: Option<u16>,
    /// The rate of a year for consumers, where the law sets none.
    #[schema(minimum = 0, maximum = 10_000)]
    consumer_rate_basis_points: Option<u16>,
    base_rates: Vec<BaseRateBody>,
}

/// One step of dunning.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DunningLevel)]
pub(crate) struct LevelBody {
    /// The days after the due date from which the notice is made; more than those of the level before.
    #[schema(minimum = 1, maximum = 365, example = 7)]
    after_days: u16,
    /// The days from the notice until the new date.
    #[schema(minimum = 1, maximum = 90, example = 10)]
    pay_within_days: u16,
    /// The fee, of up to 1,000,000 minor units, where the law allows one. It counts for invoices in its
    /// currency.
    fee: Option<MoneyBody>,
    /// Whether the notice claims default interest.
    interest: bool,
    /// Whether the notice claims the lump sum of the law.
    lump_sum: bool,
    /// The text of the letter in German.
    #[schema(min_length = 1, max_length = 1_000)]
    text_de: Option<String>,
    /// The text of the letter in English.
    #[schema(min_length = 1, max_length = 1_000)]
    text_en: Option<String>,
}

/// The base rate of a half-year that this version of Plinth does not know yet. It counts only for
/// half-years after those that it knows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StatedBaseRate)]
pub(crate) struct BaseRateBody {
    #[schema(value_type = BaseRateName, example = "bundesbank")]
    of: String,
    /// 1 January or 1 July.
    #[schema(format = Date, example = "2027-01-01")]
    from: String,
    #[schema(minimum = -1_000, maximum = 5_000, example = 127)]
    rate_basis_points: i16,
}

impl From<&DunningSettings> for DunningView {
    fn from(settings: &DunningSettings) -> Self {
        let rate = |rate: &StatedRate| BaseRateBody {
            of: rate.of().name().to_owned(),
            from: rate.from().to_string(),
            rate_basis_points: rate.points(),
        };
        Self {
            levels: settings.levels.iter().map(LevelBody::from).collect(),
            minimum: settings.minimum.map(MoneyBody::from),
            business_rate_basis_points: settings.business_rate.map(BasisPoints::points),
            consumer_rate_basis_points: settings.consumer_rate.map(BasisPoints::points),
            base_rates: settings.base_rates.iter().map(rate).collect(),
        }
    }
}

impl From<&DunningLevel> for LevelBody {
    fn from(level: &DunningLevel) -> Self {
        let text = |text: &Option<Lines<1000>>| text.as_ref().map(|text| text.as_str().to_owned());
        Self {
            after_days: level.after_days,
            pay_within_days: level.pay_within_days,
            fee: level.fee.map(MoneyBody::from),
            interest: level.interest,
            lump_sum: level.lump_sum,
            text_de: text(&level.text_de),
            text_en: text(&level.text_en),
        }
    }
}

/// A change of how the organization duns. A list is replaced as a whole; no levels switch dunning off.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DunningPatch {
    #[serde(default)]
    #[schema(value_type = Vec<LevelBody>, max_items = 5)]
    levels: Merge<Vec<LevelBody>>,
    #[serde(default)]
    #[schema(value_type = Option<MoneyBody>)]
    minimum: Merge<MoneyBody>,
    #[serde(default)]
    #[schema(value_type = Option<u16>, minimum = 0, maximum = 10_000, example = 900)]
    business_rate_basis_points: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Option<u16>, minimum = 0, maximum = 10_000, example = 400)]
    consumer_rate_basis_points: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Vec<BaseRateBody>, max_items = 60)]
    base_rates: Merge<Vec<BaseRateBody>>,
}

impl DunningPatch {
    /// The changes at the pointer `at`.
    pub(super) fn check(self, f: &mut Faults, at: &str) -> Option<DunningChanges> {
        let place = |field: &str| format!("{at}/{field}");
        let levels = self.levels.required(f, &place("levels"), Ok);
        let levels = levels.and_then(|levels| match levels {
            Some(levels) => check_levels(f, &place("levels"), levels).map(Some),
            None => Some(None),
        });
        let minimum = match self.minimum.0 {
            None => Some(Patch::Keep),
            Some(None) => Some(Patch::Clear),
            Some(Some(money)) => {
                amount(f, &place("minimum"), money, DunningSettings::minimum).map(Patch::Set)
            }
        };
        let (business, consumer) = ("business_rate_basis_points", "consumer_rate_basis_points");
        let business_rate =
            self.business_rate_basis_points.optional(f, &place(business), BasisPoints::new);
        let consumer_rate =
            self.consumer_rate_basis_points.optional(f, &place(consumer), BasisPoints::new);
        let base_rates = self.base_rates.required(f, &place("base_rates"), Ok);
        let base_rates = base_rates.and_then(|rates| match rates {
            Some(rates) => check_rates(f, &place("base_rates"), rates).map(Some),
            None => Some(None),
        });
        Some(DunningChanges {
            levels: levels?,
            minimum: minimum?,
            business_rate: business_rate?,
            consumer_rate: consumer_rate?,
            base_rates: base_rates?,
        })
    }
}

fn check_levels(f: &mut Faults, at: &str, levels: Vec<LevelBody>) -> Option<Vec<DunningLevel>> {
    let levels: Vec<Option<DunningLevel>> = levels
        .into_iter()
        .enumerate()
        .map(|(index, level)| f.within(&format!("{at}/{index}"), |f| level.check(f)))
        .collect();
    let levels = levels.into_iter().collect::<Option<Vec<_>>>()?;
    match DunningSettings::levels(levels) {
        Ok(levels) => Some(levels),
        Err((None, invalid)) => f.check(at, Err(invalid)),
        Err((Some(index), invalid)) => f.check(&format!("{at}/{index}/after_days"), Err(invalid)),
    }
}

fn check_rates(f: &mut Faults, at: &str, rates: Vec<BaseRateBody>) -> Option<Vec<StatedRate>> {
    let rates: Vec<Option<StatedRate>> = rates
        .into_iter()
        .enumerate()
        .map(|(index, rate)| f.within(&format!("{at}/{index}"), |f| rate.check(f)))
        .collect();
    f.check(at, DunningSettings::base_rates(rates.into_iter().collect::<Option<_>>()?))
}

impl LevelBody {
    fn check(self, f: &mut Faults) -> Option<DunningLevel> {
        let after_days = f.check("/after_days", DunningLevel::after_days(self.after_days));
        let pay_within_days =
            f.check("/pay_within_days", DunningLevel::pay_within_days(self.pay_within_days));
        let fee = match self.fee {
            Some(fee) => amount(f, "/fee", fee, DunningLevel::fee).map(Some),
            None => Some(None),
        };
        let text_de = f.check_some("/text_de", self.text_de, |text| Lines::parse(&text));
        let text_en = f.check_some("/text_en", self.text_en, |text| Lines::parse(&text));
        Some(DunningLevel {
            after_days: after_days?,
            pay_within_days: pay_within_days?,
            fee: fee?,
            interest: self.interest,
            lump_sum: self.lump_sum,
            text_de: text_de?,
            text_en: text_en?,
        })
    }
}

impl BaseRateBody {
    fn check(self, f: &mut Faults) -> Option<StatedRate> {
        let names = BaseRate::NAMES;
        let of = f.check("/of", known(&self.of, BaseRate::from_name, names));
        let from = f.check("/from", day(&self.from).and_then(StatedRate::half_year));
        let points = f.check("/rate_basis_points", StatedRate::rate(self.rate_basis_points));
        let (of, from, points): (BaseRate, NaiveDate, i16) = (of?, from?, points?);
        f.check("/from", StatedRate::new(of, from, points))
    }
}

/// An amount within its bounds.
fn amount(
    f: &mut Faults,
    at: &str,
    money: MoneyBody,
    check: impl FnOnce(Money) -> Result<Money, plinth_domain::Invalid>,
) -> Option<Money> {
    let money = money.check(f, at)?;
    f.check(&format!("{at}/amount_minor"), check(money))
}
