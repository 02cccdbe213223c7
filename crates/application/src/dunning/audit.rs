use plinth_domain::{
    BasisPoints, DunningLevel, DunningNotice, DunningSettings, InterestPeriod, Lines, Money,
    StatedRate,
};
use serde_json::{Value, json};

/// The audit representation of a notice.
pub(super) fn notice(notice: &DunningNotice) -> Value {
    let claim = &notice.claim;
    json!({
        "id": notice.id.uuid(),
        "status": notice.status.name(),
        "party_id": notice.party.uuid(),
        "level": claim.level,
        "dated_on": claim.dated_on,
        "pay_by": claim.pay_by,
        "currency": claim.currency.as_str(),
        "overdue_minor": claim.overdue,
        "interest_minor": claim.interest,
        "fee_minor": claim.fee,
        "fees_minor": claim.fees,
        "lump_sum_minor": claim.lump_sum,
        "total_minor": claim.total,
        "consumer": claim.is_consumer,
        "law": claim.law.name(),
        "periods": claim.periods.iter().map(period).collect::<Vec<_>>(),
        "version": notice.revision.version.number(),
    })
}

fn period(period: &InterestPeriod) -> Value {
    json!({
        "from": period.from,
        "until": period.until,
        "amount_minor": period.amount,
        "rate_basis_points": period.rate,
    })
}

/// The audit representation of the settings of dunning.
pub(crate) fn settings(settings: &DunningSettings) -> Value {
    json!({
        "levels": settings.levels.iter().map(level).collect::<Vec<_>>(),
        "minimum": settings.minimum.map(money),
        "business_rate_basis_points": settings.business_rate.map(BasisPoints::points),
        "consumer_rate_basis_points": settings.consumer_rate.map(BasisPoints::points),
        "base_rates": settings.base_rates.iter().copied().map(base_rate).collect::<Vec<_>>(),
    })
}

fn level(level: &DunningLevel) -> Value {
    json!({
        "after_days": level.after_days,
        "pay_within_days": level.pay_within_days,
        "fee": level.fee.map(money),
        "interest": level.interest,
        "lump_sum": level.lump_sum,
        "text_de": level.text_de.as_ref().map(Lines::as_str),
        "text_en": level.text_en.as_ref().map(Lines::as_str),
    })
}

fn base_rate(rate: StatedRate) -> Value {
    json!({
        "of": rate.of().name(),
        "from": rate.from(),
        "rate_basis_points": rate.points(),
    })
}

fn money(money: Money) -> Value {
    json!({ "amount_minor": money.amount_minor, "currency": money.currency.as_str() })
}
