use chrono::{Days, NaiveDate};

use super::{
    DunningClaim, DunningLaw, DunningLevel, DunningNotice, DunningSettings,
    interest::{self, Balance, MAX_PERIODS},
    law::LUMP_SUM,
};
use crate::{
    Allocation, Code, Currency, Invalid, Invoice, InvoiceDirection, InvoiceKind, Language, Party,
    money,
};

crate::codes! {
    DUNNING_OFF = "dunning.off", "The settings of the organization have no dunning levels.";
    DUNNING_NO_CLAIM = "dunning.no_claim",
        "Only an issued outgoing invoice of which something is open can be dunned.";
    DUNNING_BLOCKED = "dunning.blocked", "The invoice or its party is not dunned: a dispute, say.";
    DUNNING_NOT_OVERDUE = "dunning.not_overdue", "The due date of the invoice has not passed.";
    DUNNING_RETAINED = "dunning.retained_only", "Only what is retained is open on the invoice.";
    DUNNING_BELOW_MINIMUM = "dunning.below_minimum",
        "Less is open than the least amount that the organization duns.";
    DUNNING_LAST_LEVEL = "dunning.last_level", "The invoice has a notice of the last level.";
    DUNNING_TOO_EARLY = "dunning.too_early",
        "The day of the next level, or the new date of the last notice, has not passed.";
    DUNNING_PERIODS = "dunning.periods_many",
        "The interest of the notice has more than 200 periods.";
}

/// What the next notice of an invoice stands on.
#[derive(Debug, Clone, Copy)]
pub struct DunningCase<'a> {
    /// How the organization duns.
    pub settings: &'a DunningSettings,
    /// The day of the notice.
    pub today: NaiveDate,
    /// The debtor.
    pub party: &'a Party,
    /// The notices of the invoice.
    pub earlier: &'a [DunningNotice],
    /// What settles the invoice.
    pub allocations: &'a [Allocation],
    /// The language of an invoice and of a party without one.
    pub language: Language,
}

impl Invoice {
    /// The claim of its next notice.
    pub fn dun(&self, case: &DunningCase<'_>) -> Result<DunningClaim, Invalid> {
        let due_on = self.expect_dunnable(case)?;
        let overdue = self.open() - self.totals.retained;
        let earlier: Vec<&DunningNotice> = case.earlier.iter().filter(|one| one.holds()).collect();
        let (number, level) = next_level(due_on, case, &earlier)?;
        let seller = self.parties.as_ref().and_then(|both| both.seller.address.country.as_ref());
        let (law, is_consumer) = (DunningLaw::of(seller), case.party.consumer);
        let currency = self.content.currency;

        let (fee, fees, lump_sum) = self.costs(law, is_consumer, (number, level), &earlier);
        let begins = if law.begins_with_notice(is_consumer) {
            earlier.iter().map(|one| one.claim.dated_on).min()
        } else {
            Some(due_on)
        };
        let begins = begins.and_then(|day| day.succ_opt()).filter(|_| level.interest);
        let periods = begins.map_or_else(Vec::new, |first| {
            let due = self.totals.due - self.totals.retained;
            let balance = Balance::new(due, case.allocations);
            let rate = law.rate(is_consumer, case.settings);
            interest::periods(&balance, (first, case.today), rate, &case.settings.base_rates)
        });
        if periods.len() > MAX_PERIODS {
            return Err(refuse(DUNNING_PERIODS, format!("at most {MAX_PERIODS} periods")));
        }
        let interest = interest::total(&periods)?;
        let parts = [overdue, interest, fees, lump_sum];
        let total = money::amount(parts.into_iter().map(i128::from).sum())?;
        let language = self.content.language.or(case.party.language).unwrap_or(case.language);
        let days = Days::new(level.pay_within_days.into());
        Ok(DunningClaim {
            level: number,
            dated_on: case.today,
            pay_by: case.today.checked_add_days(days).unwrap_or(NaiveDate::MAX),
            currency,
            overdue,
            interest,
            fee,
            fees,
            lump_sum,
            total,
            is_consumer,
            law,
            periods,
            language,
            text: level.text(language).cloned(),
        })
    }

    /// The due date of an invoice that may be dunned.
    fn expect_dunnable(&self, case: &DunningCase<'_>) -> Result<NaiveDate, Invalid> {
        let content = &self.content;
        let is_claim = content.direction == InvoiceDirection::Receivable
            && content.kind != InvoiceKind::CreditNote
            && self.status.is_open();
        let due_on = content.due_on.filter(|_| is_claim && self.open() > 0);
        let due_on = due_on.ok_or_else(|| refuse(DUNNING_NO_CLAIM, "nothing is claimed by it"))?;
        if self.dunning_blocked {
            return Err(refuse(DUNNING_BLOCKED, "the invoice is not dunned"));
        }
        if case.party.dunning_blocked {
            return Err(refuse(DUNNING_BLOCKED, "the party is not dunned"));
        }
        if due_on >= case.today {
            return Err(refuse(DUNNING_NOT_OVERDUE, format!("it is due on {due_on}")));
        }
        let overdue = self.open() - self.totals.retained;
        if overdue <= 0 {
            return Err(refuse(DUNNING_RETAINED, "only what is retained is open"));
        }
        match case.settings.minimum {
            Some(least) if least.currency == content.currency && overdue < least.amount_minor => {
                let detail = format!("at least {} minor units", least.amount_minor);
                Err(refuse(DUNNING_BELOW_MINIMUM, detail))
            }
            _ => Ok(due_on),
        }
    }

    /// The fee of the notice, all fees beyond the lump sum, and the lump sum.
    fn costs(
        &self,
        law: DunningLaw,
        is_consumer: bool,
        (number, level): (u8, &DunningLevel),
        earlier: &[&DunningNotice],
    ) -> (i64, i64, i64) {
        let currency = self.content.currency;
        let fee =
            level.fee.filter(|fee| fee.currency == currency && law.allows_fee(is_consumer, number));
        let fee = fee.map_or(0, |fee| fee.amount_minor);
        let is_claimed = level.lump_sum || earlier.iter().any(|one| one.claim.lump_sum > 0);
        let is_owed = law.has_lump_sum(is_consumer) && currency == Currency::EUR;
        let lump_sum = if is_claimed && is_owed { LUMP_SUM } else { 0 };
        let allowed = earlier.iter().map(|one| &one.claim);
        let allowed = allowed.filter(|one| law.allows_fee(is_consumer, one.level));
        let fees = fee + allowed.map(|one| one.fee).sum::<i64>();
        (fee, (fees - lump_sum).max(0), lump_sum)
    }
}

/// The next level with its number, if its day has come.
fn next_level<'a>(
    due_on: NaiveDate,
    case: &DunningCase<'a>,
    earlier: &[&DunningNotice],
) -> Result<(u8, &'a DunningLevel), Invalid> {
    let levels = &case.settings.levels;
    if levels.is_empty() {
        return Err(refuse(DUNNING_OFF, "the settings have no dunning levels"));
    }
    let reached = earlier.iter().map(|one| one.claim.level).max().unwrap_or_default();
    let Some(level) = levels.get(usize::from(reached)) else {
        let detail = format!("the last of {} levels is reached", levels.len());
        return Err(refuse(DUNNING_LAST_LEVEL, detail));
    };
    let begins = due_on.checked_add_days(Days::new(level.after_days.into()));
    let promised = earlier.iter().filter_map(|one| one.claim.pay_by.succ_opt()).max();
    let from = begins.into_iter().chain(promised).max().unwrap_or(NaiveDate::MAX);
    if case.today < from {
        return Err(refuse(DUNNING_TOO_EARLY, format!("from {from} on")));
    }
    Ok((reached + 1, level))
}

fn refuse(code: Code, detail: impl Into<String>) -> Invalid {
    Invalid::new(code, detail)
}
