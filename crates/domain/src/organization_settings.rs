use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::{
    Currency, DocumentKind, DunningChanges, DunningSettings, FiscalYearStart, Invalid, Language,
    ModelId, NumberPatterns, NumberPatternsChanges, Patch, PayableApproval, PaymentTerms, Seller,
    SellerChanges,
    accounting::{AccountingChanges, AccountingSettings},
    codes,
};

crate::codes! {
    LOCALE_MALFORMED = "locale.malformed", "A value is no language tag such as de-CH.";
    TIMEZONE_UNKNOWN = "timezone.unknown", "A value is no time zone of the IANA database.";
}

/// A language tag in its common short form (BCP 47): `en`, `de-CH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale(String);

impl Locale {
    /// Parses a language tag: language, and optionally a region.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (language, region) = text.split_once('-').map_or((text, None), |(l, r)| (l, Some(r)));
        let language_fits =
            (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
        let region_fits = region.is_none_or(|r| {
            (r.len() == 2 && r.bytes().all(|b| b.is_ascii_uppercase()))
                || (r.len() == 3 && r.bytes().all(|b| b.is_ascii_digit()))
        });
        if language_fits && region_fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(LOCALE_MALFORMED, "a BCP 47 tag such as en or de-CH"))
        }
    }

    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language of texts; English where there are none in the locale's own.
    #[must_use]
    pub fn language(&self) -> Language {
        match self.0.split('-').next() {
            Some("de") => Language::De,
            _ => Language::En,
        }
    }
}

/// A time zone of the IANA database: `Europe/Berlin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timezone(chrono_tz::Tz);

impl Timezone {
    /// Finds a zone by its name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let zone = text.parse().map_err(|_| {
            Invalid::new(TIMEZONE_UNKNOWN, "a zone of the IANA database, such as Europe/Berlin")
        })?;
        Ok(Self(zone))
    }

    /// The zone's name.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0.name()
    }

    /// The time on the clocks of this zone.
    #[must_use]
    pub fn local(self, at: crate::Timestamp) -> chrono::NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// When a day begins in this zone. Where the clocks skip midnight, that is the end of the gap.
    #[must_use]
    pub fn start_of(self, day: NaiveDate) -> crate::Timestamp {
        // No gap is longer than a day.
        let mut quarters =
            (0..=96).map(|n| day.and_time(NaiveTime::MIN) + TimeDelta::minutes(15 * n));
        let begins = quarters.find_map(|at| at.and_local_timezone(self.0).earliest());
        begins.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |at| at.to_utc())
    }

    /// The day in this zone.
    #[must_use]
    pub fn day(self, at: crate::Timestamp) -> chrono::NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }
}

/// The largest file a member may upload, in bytes: 1 to 5 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimit(u64);

impl UploadLimit {
    /// The largest limit: 5 GiB.
    pub const MAX: u64 = 5 * 1024 * 1024 * 1024;

    /// Checks that the limit is 1 byte to [`UploadLimit::MAX`].
    pub fn from_bytes(bytes: u64) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&bytes) {
            Ok(Self(bytes))
        } else {
            Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, format!("1 to {} bytes", Self::MAX)))
        }
    }

    /// The limit in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

/// How long something is kept, in days: 1 to 3650.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionDays(u16);

impl RetentionDays {
    /// Checks a number of days.
    pub fn from_days(days: u16) -> Result<Self, Invalid> {
        if (1..=3650).contains(&days) {
            Ok(Self(days))
        } else {
            Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "1 to 3650 days"))
        }
    }

    /// The number of days.
    #[must_use]
    pub const fn days(self) -> u16 {
        self.0
    }
}

/// The settings of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSettings {
    /// The language of texts that are generated for it.
    pub locale: Locale,
    /// The time zone in which its days begin.
    pub timezone: Timezone,
    /// The currency of amounts without one.
    pub default_currency: Currency,
    /// The kinds of documents that may be uploaded.
    pub document_kinds: Vec<DocumentKind>,
    /// The largest file that may be uploaded.
    pub max_upload: UploadLimit,
    /// How long deleted records are kept.
    pub retention: RetentionDays,
    /// The organization on the invoices that it issues.
    pub seller: Seller,
    /// Whether received invoices have to be approved.
    pub payable_approval: PayableApproval,
    /// The payment terms of customers without their own.
    pub default_payment_terms: PaymentTerms,
    /// When fiscal years begin.
    pub fiscal_year_start: FiscalYearStart,
    /// The last day that nothing can be dated into any more.
    pub books_closed_until: Option<NaiveDate>,
    /// The patterns of the numbers that it gives.
    pub number_patterns: NumberPatterns,
    /// How it duns.
    pub dunning: DunningSettings,
    /// What the export for accountants needs to know.
    pub accounting: AccountingSettings,
    /// The model that makes vectors of its documents; without one they are searched by words alone.
    pub embedding_model: Option<ModelId>,
    /// How long the texts of executions are kept.
    pub execution_content: RetentionDays,
    /// How long executions are kept.
    pub executions: RetentionDays,
    /// Whether members need a second factor to do anything in it.
    pub requires_second_factor: bool,
}

/// A change of the settings; `None` keeps the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of OrganizationSettings")]
pub struct SettingsChanges {
    pub locale: Option<Locale>,
    pub timezone: Option<Timezone>,
    pub default_currency: Option<Currency>,
    pub document_kinds: Option<Vec<DocumentKind>>,
    pub max_upload: Option<UploadLimit>,
    pub retention: Option<RetentionDays>,
    pub seller: SellerChanges,
    pub payable_approval: Option<PayableApproval>,
    pub default_payment_terms: Option<PaymentTerms>,
    pub fiscal_year_start: Option<FiscalYearStart>,
    pub books_closed_until: Patch<NaiveDate>,
    pub number_patterns: NumberPatternsChanges,
    pub dunning: DunningChanges,
    pub accounting: AccountingChanges,
    pub embedding_model: Patch<ModelId>,
    pub execution_content: Option<RetentionDays>,
    pub executions: Option<RetentionDays>,
    pub requires_second_factor: Option<bool>,
}

impl OrganizationSettings {
    /// The settings after a change.
    #[must_use]
    pub fn change(self, changes: SettingsChanges) -> Self {
        let mut books_closed_until = self.books_closed_until;
        changes.books_closed_until.apply(&mut books_closed_until);
        let mut embedding_model = self.embedding_model;
        changes.embedding_model.apply(&mut embedding_model);
        Self {
            locale: changes.locale.unwrap_or(self.locale),
            timezone: changes.timezone.unwrap_or(self.timezone),
            default_currency: changes.default_currency.unwrap_or(self.default_currency),
            document_kinds: changes.document_kinds.unwrap_or(self.document_kinds),
            max_upload: changes.max_upload.unwrap_or(self.max_upload),
            retention: changes.retention.unwrap_or(self.retention),
            seller: self.seller.change(changes.seller),
            payable_approval: changes.payable_approval.unwrap_or(self.payable_approval),
            default_payment_terms: changes
                .default_payment_terms
                .unwrap_or(self.default_payment_terms),
            fiscal_year_start: changes.fiscal_year_start.unwrap_or(self.fiscal_year_start),
            books_closed_until,
            number_patterns: self.number_patterns.change(changes.number_patterns),
            dunning: self.dunning.change(changes.dunning),
            accounting: self.accounting.change(changes.accounting),
            embedding_model,
            execution_content: changes.execution_content.unwrap_or(self.execution_content),
            executions: changes.executions.unwrap_or(self.executions),
            requires_second_factor: changes
                .requires_second_factor
                .unwrap_or(self.requires_second_factor),
        }
    }
}

impl OrganizationSettings {
    /// Whether nothing can be dated on this day any more.
    #[must_use]
    pub fn is_closed(&self, day: NaiveDate) -> bool {
        self.books_closed_until.is_some_and(|until| day <= until)
    }

    /// `day`, or the first one after it on which the books are open.
    #[must_use]
    pub fn first_open(&self, day: NaiveDate) -> NaiveDate {
        let open = self.books_closed_until.and_then(|until| until.succ_opt());
        open.map_or(day, |open| open.max(day))
    }
}

impl Default for OrganizationSettings {
    fn default() -> Self {
        Self {
            locale: Locale("en".to_owned()),
            timezone: Timezone(chrono_tz::UTC),
            default_currency: Currency::EUR,
            document_kinds: DocumentKind::ALL.to_vec(),
            max_upload: UploadLimit(1024 * 1024 * 1024),
            retention: RetentionDays(365),
            seller: Seller::default(),
            payable_approval: PayableApproval::default(),
            default_payment_terms: PaymentTerms::default(),
            fiscal_year_start: FiscalYearStart::default(),
            books_closed_until: None,
            number_patterns: NumberPatterns::default(),
            dunning: DunningSettings::default(),
            accounting: AccountingSettings::default(),
            embedding_model: None,
            execution_content: RetentionDays(90),
            executions: RetentionDays(730),
            requires_second_factor: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        assert!(Locale::parse("english").is_err() && Locale::parse("de-CH").is_ok());
        assert!(Timezone::parse("Mars/Olympus").is_err());
        assert!(UploadLimit::from_bytes(0).is_err() && RetentionDays::from_days(0).is_err());
    }

    #[test]
    fn a_day_begins_at_midnight_or_where_the_clocks_skip_it_after_the_gap() {
        let starts = |zone: &str, day: &str| {
            Timezone::parse(zone).unwrap().start_of(day.parse().unwrap()).to_string()
        };
        assert_eq!(starts("UTC", "2026-03-29"), "2026-03-29 00:00:00 UTC");
        assert_eq!(starts("Europe/Berlin", "2026-07-01"), "2026-06-30 22:00:00 UTC");
        // The clocks went from 24:00 to 1:00.
        assert_eq!(starts("America/Sao_Paulo", "2018-11-04"), "2018-11-04 03:00:00 UTC");
        // Midnight came twice.
        assert_eq!(starts("America/Havana", "2026-11-01"), "2026-11-01 04:00:00 UTC");
        // The day was left out.
        assert_eq!(starts("Pacific/Apia", "2011-12-30"), "2011-12-30 10:00:00 UTC");
    }
}
