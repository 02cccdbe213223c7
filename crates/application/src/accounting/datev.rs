use chrono::NaiveDate;
use plinth_domain::{
    Currency, Permission, Timestamp, Timezone,
    accounting::{
        AccountUse, AccountingSettings, Chart, ClientNumber, ConsultantNumber, Entry, Posted,
    },
};

use super::{ACCOUNTING_FISCAL_YEARS, ACCOUNTING_NOT_IN_DATEV, EntryDays, incomplete};
use crate::{Error, Query, Reading, View};

/// An amount has up to 10 digits before the comma.
const MAX_AMOUNT: i64 = 999_999_999_999;

/// Prepares a file for DATEV (`Buchungsstapel`).
#[derive(Debug, Clone, Copy)]
pub struct PrepareDatev {
    /// Its days. All entries are in the currency of the organization, unless another is named here.
    pub days: EntryDays,
}

/// What a file for DATEV says of all of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatevBatch {
    /// The number of the tax adviser.
    pub consultant_number: ConsultantNumber,
    /// The number of the organization at its tax adviser.
    pub client_number: ClientNumber,
    /// The first day of the fiscal year.
    pub year_start: NaiveDate,
    /// The digits of an account.
    pub account_length: u8,
    /// The chart of accounts.
    pub chart: Chart,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Whether the books are closed on all of the days.
    pub is_closed: bool,
    /// The time zone of the organization.
    pub timezone: Timezone,
    /// When it is made.
    pub made_at: Timestamp,
}

impl Query for PrepareDatev {
    const NAME: &'static str = "accounting.datev";
    const PERMISSION: Permission = Permission::ReportRead;
    type Output = DatevBatch;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<DatevBatch, Error> {
        let organization = view.unit.organization().find().await?;
        let settings = organization.ok_or(Error::NotFound("organization"))?.settings;
        let (from, until) = self.days.bounds(settings.timezone.day(view.now));
        let year = settings.fiscal_year_start.year_of(from);
        if year != settings.fiscal_year_start.year_of(until) {
            let detail = "the days are of several fiscal years";
            return Err(Error::conflict(ACCOUNTING_FISCAL_YEARS, detail));
        }
        let month = u32::from(settings.fiscal_year_start.month());
        let year_start = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(from);
        let currency = self.days.currency.unwrap_or(settings.default_currency);
        if currency.decimals() != 2 {
            return Err(unfit(format!("amounts in {} have no two decimals", currency.as_str())));
        }
        let accounting = &settings.accounting;
        let numbers = (accounting.consultant_number, accounting.client_number);
        let (Some(consultant_number), Some(client_number)) = numbers else {
            let absent = [
                ("settings.accounting.consultant_number", numbers.0.is_none()),
                ("settings.accounting.client_number", numbers.1.is_none()),
            ];
            let names = absent.iter().filter(|(_, is)| *is).map(|(name, _)| (*name).to_owned());
            return Err(incomplete(&names.collect()));
        };
        Ok(DatevBatch {
            consultant_number,
            client_number,
            year_start,
            account_length: accounting.account_length.get(),
            chart: accounting.chart,
            from,
            until,
            currency,
            is_closed: settings.is_closed(until),
            timezone: settings.timezone,
            made_at: view.now,
        })
    }
}

/// Refuses an entry that the format cannot state.
pub(super) fn check(entry: &Entry, currency: Currency) -> Result<(), Error> {
    let document = entry.document.as_deref().unwrap_or_else(|| entry.party.name.as_str());
    if entry.currency != currency {
        let other = entry.currency.as_str();
        let detail = format!("{document} of {} is in {other}, and no rate is known", entry.on);
        return Err(unfit(detail));
    }
    if entry.amount > MAX_AMOUNT {
        return Err(unfit(format!("{document} of {} has a larger amount", entry.on)));
    }
    Ok(())
}

/// What an entry lacks: an account of digits, of the length in the settings. The accounts that collect
/// those of the parties are never posted to.
pub(super) fn missing(
    entry: &Entry,
    settings: &AccountingSettings,
) -> impl Iterator<Item = String> {
    let digits = usize::from(settings.account_length.get());
    let of = |posted: &Posted| {
        if !posted.is_collective() {
            let account = posted.account.as_str();
            let fits = posted.account.has_digits(digits);
            return (!fits).then(|| format!("an account of {digits} digits for {account}"));
        }
        let fits = posted.party_account.as_ref().is_some_and(|own| own.has_digits(digits + 1));
        let field = match posted.purpose {
            AccountUse::Receivables => "debtor_account",
            _ => "creditor_account",
        };
        let (name, id) = (entry.party.name.as_str(), entry.party.id);
        (!fits).then(|| format!("{field} of {} digits of {name} ({id})", digits + 1))
    };
    [of(&entry.account), of(&entry.contra)].into_iter().flatten()
}

fn unfit(detail: String) -> Error {
    Error::Conflict { code: ACCOUNTING_NOT_IN_DATEV, detail: detail.into() }
}
