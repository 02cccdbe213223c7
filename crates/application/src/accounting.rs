//! What an accountant takes over: entries of debit and credit, recomputed at each request.

mod assign;
mod datev;
mod place;
mod read;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use plinth_domain::{
    Currency, Permission,
    accounting::{AccountRule, Entry},
};
use plinth_ports::{Page, Position};

use crate::{Error, Query, Reading, View};
pub use assign::{AssignAccounts, Assigned};
pub use datev::{DatevBatch, PrepareDatev};

plinth_domain::codes! {
    ACCOUNTING_INCOMPLETE = "accounting.incomplete",
        "The settings, or parties, lack what the entries need: the detail names it.";
    ACCOUNTING_FISCAL_YEARS = "accounting.fiscal_years",
        "A file for DATEV has the days of one fiscal year.";
    ACCOUNTING_TOO_LARGE = "accounting.too_large",
        "There are more entries than one file may have: ask for fewer days.";
    ACCOUNTING_NOT_IN_DATEV = "accounting.not_in_datev",
        "The format of DATEV cannot state what an entry or the settings have: the detail names it.";
    ACCOUNTS_USED_UP = "accounting.accounts_used_up",
        "There is no further account of a customer or a supplier with so many digits.";
}

/// How many missing things an error names.
const NAMED: usize = 20;

/// The days of entries, and their currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntryDays {
    /// The first day; that of the month of the last, where it is absent.
    pub from: Option<NaiveDate>,
    /// The last day; today, where it is absent.
    pub until: Option<NaiveDate>,
    /// Only entries in this currency.
    pub currency: Option<Currency>,
}

/// An entry in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntry {
    /// The entry.
    pub entry: Entry,
    /// Whether the books are closed on its day.
    pub is_closed: bool,
}

/// Lists entries by day.
#[derive(Debug, Clone)]
pub struct ListEntries {
    /// Their days.
    pub days: EntryDays,
    /// The most entries: up to 1,000.
    pub limit: u16,
    /// The position before the page.
    pub after: Option<Position>,
}

impl Query for ListEntries {
    const NAME: &'static str = "accounting.entries";
    const PERMISSION: Permission = Permission::ReportRead;
    type Output = Page<ListedEntry>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let mut books = read::Books::open(view, self.days).await?;
        let mut found = books.entries(view, self.limit.into(), self.after.as_ref()).await?;
        if !found.missing.is_empty() {
            let missing = found.missing.iter().map(ToString::to_string).collect();
            return Err(incomplete(&missing));
        }
        let next = found.cut(self.limit.into());
        let settings = &books.organization.settings;
        let listed = |entry: Entry| ListedEntry { is_closed: settings.is_closed(entry.on), entry };
        let items = found.entries.into_iter().map(listed).collect();
        Ok(Page { items, next, total: None })
    }
}

/// For what entries are checked before a file of them begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryUse {
    /// A table.
    Table,
    /// A file for DATEV, with the currency of the organization, unless the days name another.
    Datev,
}

/// Finds what some of the entries lack, so that no file ends in the middle.
#[derive(Debug, Clone)]
pub struct CheckEntries {
    /// Their days.
    pub days: EntryDays,
    /// For what.
    pub purpose: EntryUse,
    /// The position before these entries.
    pub after: Option<Position>,
}

/// What a check has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// The number of entries.
    pub entries: usize,
    /// What is missing.
    pub missing: BTreeSet<String>,
    /// The position before the next entries.
    pub next: Option<Position>,
}

impl Query for CheckEntries {
    const NAME: &'static str = "accounting.check";
    const PERMISSION: Permission = Permission::ReportRead;
    type Output = Checked;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Checked, Error> {
        let mut books = read::Books::open(view, self.days).await?;
        let mut found = books.entries(view, read::MOST, self.after.as_ref()).await?;
        let next = found.cut(read::MOST);
        let mut missing: BTreeSet<_> = found.missing.iter().map(ToString::to_string).collect();
        if self.purpose == EntryUse::Datev {
            let settings = &books.organization.settings;
            let currency = self.days.currency.unwrap_or(settings.default_currency);
            for entry in &found.entries {
                datev::check(entry, currency)?;
                missing.extend(datev::missing(entry, &settings.accounting));
            }
        }
        missing = missing.into_iter().take(NAMED + 1).collect();
        Ok(Checked { entries: found.entries.len(), missing, next })
    }
}

impl Checked {
    /// Adds what a check of further entries has found. `most` is how many entries a file may have.
    pub fn add(&mut self, more: Self, most: usize) -> Result<(), Error> {
        self.entries += more.entries;
        self.missing.extend(more.missing);
        self.next = more.next;
        if self.entries > most {
            let detail = format!("there are more than {most} entries");
            return Err(Error::Conflict { code: ACCOUNTING_TOO_LARGE, detail: detail.into() });
        }
        let is_last = self.next.is_none() || self.missing.len() > NAMED;
        if is_last && !self.missing.is_empty() {
            return Err(incomplete(&self.missing));
        }
        Ok(())
    }
}

/// Lists the accounts that are posted to: the rules of the organization, and those of its chart.
#[derive(Debug, Clone, Copy)]
pub struct ListAccounts;

impl Query for ListAccounts {
    const NAME: &'static str = "accounting.accounts";
    const PERMISSION: Permission = Permission::ReportRead;
    type Output = Vec<AccountRule>;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let organization = view.unit.organization().find().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        Ok(organization.settings.accounting.plan().rules().cloned().collect())
    }
}

fn incomplete(missing: &BTreeSet<String>) -> Error {
    let mut named: Vec<_> = missing.iter().take(NAMED).map(String::as_str).collect();
    if missing.len() > NAMED {
        named.push("and more");
    }
    let detail = format!("missing: {}", named.join("; "));
    Error::Conflict { code: ACCOUNTING_INCOMPLETE, detail: detail.into() }
}

impl EntryDays {
    /// The first and the last day.
    fn bounds(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let until = self.until.unwrap_or_else(|| self.from.map_or(today, |from| from.max(today)));
        let from = self.from.or_else(|| until.with_day(1));
        (from.unwrap_or(until), until)
    }
}
