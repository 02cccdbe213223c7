use chrono::NaiveDate;
use plinth_domain::{
    BaseRate, BasisPoints, Currency, DunningLevel, DunningSettings, Lines, Money, StatedRate,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredDunning {
    levels: Option<Vec<StoredLevel>>,
    minimum: Option<StoredMoney>,
    business_rate: Option<u16>,
    consumer_rate: Option<u16>,
    base_rates: Vec<StoredRate>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredLevel {
    after_days: u16,
    pay_within_days: u16,
    fee: Option<StoredMoney>,
    interest: bool,
    lump_sum: bool,
    text_de: Option<String>,
    text_en: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredMoney {
    amount_minor: i64,
    currency: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredRate {
    of: String,
    from: NaiveDate,
    points: i16,
}

impl From<&DunningSettings> for StoredDunning {
    fn from(settings: &DunningSettings) -> Self {
        let rate = |rate: &StatedRate| StoredRate {
            of: rate.of().name().to_owned(),
            from: rate.from(),
            points: rate.points(),
        };
        Self {
            levels: Some(settings.levels.iter().map(StoredLevel::from).collect()),
            minimum: settings.minimum.map(StoredMoney::from),
            business_rate: settings.business_rate.map(BasisPoints::points),
            consumer_rate: settings.consumer_rate.map(BasisPoints::points),
            base_rates: settings.base_rates.iter().map(rate).collect(),
        }
    }
}

impl From<&DunningLevel> for StoredLevel {
    fn from(level: &DunningLevel) -> Self {
        let text = |text: &Option<Lines<1000>>| text.as_ref().map(|text| text.as_str().to_owned());
        Self {
            after_days: level.after_days,
            pay_within_days: level.pay_within_days,
            fee: level.fee.map(StoredMoney::from),
            interest: level.interest,
            lump_sum: level.lump_sum,
            text_de: text(&level.text_de),
            text_en: text(&level.text_en),
        }
    }
}

impl From<Money> for StoredMoney {
    fn from(money: Money) -> Self {
        let Money { amount_minor, currency } = money;
        Self { amount_minor, currency: currency.as_str().to_owned() }
    }
}

impl StoredDunning {
    /// The settings, or `None` if a value is invalid.
    pub(super) fn read(self) -> Option<DunningSettings> {
        let defaults = DunningSettings::default();
        let rate = |points: Option<u16>| points.map(BasisPoints::new).transpose().ok();
        let base_rates = self.base_rates.into_iter().map(StoredRate::read);
        Some(DunningSettings {
            levels: match self.levels {
                Some(levels) => levels.into_iter().map(StoredLevel::read).collect::<Option<_>>()?,
                None => defaults.levels,
            },
            minimum: StoredMoney::read_some(self.minimum)?,
            business_rate: rate(self.business_rate)?,
            consumer_rate: rate(self.consumer_rate)?,
            base_rates: base_rates.collect::<Option<_>>()?,
        })
    }
}

impl StoredLevel {
    fn read(self) -> Option<DunningLevel> {
        let text = |text: Option<String>| text.map(|text| Lines::parse(&text)).transpose().ok();
        Some(DunningLevel {
            after_days: self.after_days,
            pay_within_days: self.pay_within_days,
            fee: StoredMoney::read_some(self.fee)?,
            interest: self.interest,
            lump_sum: self.lump_sum,
            text_de: text(self.text_de)?,
            text_en: text(self.text_en)?,
        })
    }
}

#[expect(clippy::option_option, reason = "an invalid value, and none, are two things")]
impl StoredMoney {
    fn read_some(stored: Option<Self>) -> Option<Option<Money>> {
        let Some(Self { amount_minor, currency }) = stored else { return Some(None) };
        Money::new(amount_minor, Currency::parse(&currency).ok()?).ok().map(Some)
    }
}

impl StoredRate {
    fn read(self) -> Option<StatedRate> {
        StatedRate::new(BaseRate::from_name(&self.of)?, self.from, self.points).ok()
    }
}
