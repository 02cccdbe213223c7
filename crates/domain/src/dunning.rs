//! Dunning: reminders of overdue invoices, with default interest, fees and the lump sum of the law.

mod base_rate;
mod claim;
mod interest;
mod law;
mod notice;
pub(crate) mod settings;
#[cfg(test)]
mod tests;

pub use base_rate::{Base, BaseRate, StatedRate};
pub(crate) use claim::CODES;
pub use claim::DunningCase;
pub use interest::{InterestPeriod, MAX_PERIODS};
pub use law::DunningLaw;
pub use notice::{DunningClaim, DunningNotice, DunningNoticeId, DunningStatus};
pub use settings::{
    DunningChanges, DunningLevel, DunningSettings, MAX_BASE_RATES, MAX_FEE, MAX_LEVELS,
};
