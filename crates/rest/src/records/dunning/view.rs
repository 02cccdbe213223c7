use chrono::{DateTime, NaiveDate, Utc};
use plinth_application::dunning::ClaimedNotice;
use plinth_domain::{Base, DunningClaim, DunningNotice, InterestPeriod, Lines, Money};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::parties::LanguageName;
use crate::{money::MoneyBody, values::names};

names! {
    /// Whether a notice holds. A withdrawn one counts as if it had not been sent.
    DunningStatusName = Issued, Withdrawn
}

names! {
    /// The law of default in the seller's country.
    DunningLawName = De, At, EuroArea, Unknown
}

/// A notice of an overdue invoice. What it claims never changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DunningNotice)]
pub(crate) struct DunningNoticeView {
    id: Uuid,
    #[schema(value_type = DunningStatusName)]
    status: &'static str,
    invoice_id: Uuid,
    party_id: Uuid,
    claim: ClaimView,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// All that is claimed as of the day of the notice. It replaces the claim of the notice before it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DunningClaim)]
struct ClaimView {
    #[schema(minimum = 1, maximum = 5)]
    level: u8,
    dated_on: NaiveDate,
    /// The new date.
    pay_by: NaiveDate,
    /// What is overdue of the invoice.
    overdue: MoneyBody,
    /// Default interest until the day of the notice.
    interest: MoneyBody,
    /// The fee of this notice.
    fee: MoneyBody,
    /// The fees of this notice and of those before it, as far as they exceed the lump sum.
    fees: MoneyBody,
    /// The lump sum for the costs of recovery.
    lump_sum: MoneyBody,
    /// `overdue`, `interest`, `fees` and `lump_sum`.
    total: MoneyBody,
    /// Whether the party was a consumer.
    consumer: bool,
    #[schema(value_type = DunningLawName)]
    law: &'static str,
    /// How the interest is calculated. The sum of all periods is rounded once.
    periods: Vec<PeriodView>,
    #[schema(value_type = LanguageName)]
    language: &'static str,
    /// The text of the level, in this language.
    text: Option<String>,
}

/// Days with one open amount and one rate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InterestPeriod)]
struct PeriodView {
    from: NaiveDate,
    /// The last day.
    until: NaiveDate,
    days: i64,
    /// What was open at the end of each of these days.
    amount: MoneyBody,
    /// The rate of a year.
    rate_basis_points: u32,
    /// The base rate in it; `null` for a fixed rate. It may be negative.
    base_rate_basis_points: Option<i16>,
    /// The first day of the half-year for which the base rate is known. It is before the half-year of
    /// the period where no later rate is known.
    base_rate_since: Option<NaiveDate>,
}

impl From<&DunningClaim> for ClaimView {
    fn from(claim: &DunningClaim) -> Self {
        let money = |amount_minor| Money { amount_minor, currency: claim.currency }.into();
        let period = |one: &InterestPeriod| PeriodView {
            from: one.from,
            until: one.until,
            days: one.days(),
            amount: money(one.amount),
            rate_basis_points: one.rate,
            base_rate_basis_points: one.base.map(|Base { points, .. }| points),
            base_rate_since: one.base.map(|Base { since, .. }| since),
        };
        Self {
            level: claim.level,
            dated_on: claim.dated_on,
            pay_by: claim.pay_by,
            overdue: money(claim.overdue),
            interest: money(claim.interest),
            fee: money(claim.fee),
            fees: money(claim.fees),
            lump_sum: money(claim.lump_sum),
            total: money(claim.total),
            consumer: claim.is_consumer,
            law: claim.law.name(),
            periods: claim.periods.iter().map(period).collect(),
            language: claim.language.name(),
            text: claim.text.as_ref().map(Lines::as_str).map(str::to_owned),
        }
    }
}

impl From<DunningNotice> for DunningNoticeView {
    fn from(notice: DunningNotice) -> Self {
        Self {
            id: notice.id.uuid(),
            status: notice.status.name(),
            invoice_id: notice.invoice.uuid(),
            party_id: notice.party.uuid(),
            claim: ClaimView::from(&notice.claim),
            version: notice.revision.version.number(),
            created_at: notice.revision.created_at,
            updated_at: notice.revision.updated_at,
        }
    }
}

/// What the next notice of an invoice would claim.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DunningNoticePreview {
    invoice_id: Uuid,
    party_id: Uuid,
    claim: ClaimView,
}

impl From<ClaimedNotice> for DunningNoticePreview {
    fn from(claimed: ClaimedNotice) -> Self {
        let claim = ClaimView::from(&claimed.claim);
        Self { invoice_id: claimed.invoice.uuid(), party_id: claimed.party.uuid(), claim }
    }
}
