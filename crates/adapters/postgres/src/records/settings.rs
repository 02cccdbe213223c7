//! `organizations.settings`: a missing setting has its default, so that a new setting needs no
//! migration of rows.

mod accounting;
mod dunning;
mod seller;

use chrono::NaiveDate;
use plinth_domain::{
    Currency, DocumentKind, FiscalYearStart, Id, Invalid, Locale, NumberPatterns,
    OrganizationSettings, PayableApproval, PaymentTerms, RetentionDays, SeriesPattern, Timezone,
    UploadLimit,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use accounting::StoredAccounting;
use dunning::StoredDunning;
use seller::StoredSeller;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    locale: Option<String>,
    timezone: Option<String>,
    default_currency: Option<String>,
    document_kinds: Option<Vec<String>>,
    max_upload_bytes: Option<u64>,
    retention_days: Option<u16>,
    seller: StoredSeller,
    payable_approval: Option<String>,
    default_payment_terms_days: Option<u16>,
    fiscal_year_start_month: Option<u8>,
    books_closed_until: Option<NaiveDate>,
    number_patterns: StoredPatterns,
    dunning: StoredDunning,
    accounting: StoredAccounting,
    embedding_model_id: Option<Uuid>,
    execution_content_days: Option<u16>,
    execution_days: Option<u16>,
    /// Also read by the statements of admissions.
    require_second_factor: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredPatterns {
    invoice: Option<String>,
    credit_note: Option<String>,
    payable: Option<String>,
    contract: Option<String>,
}

/// The stored text of the settings.
pub fn encode(settings: &OrganizationSettings) -> String {
    let patterns = &settings.number_patterns;
    let pattern = |pattern: &SeriesPattern| Some(pattern.as_str().to_owned());
    let stored = Stored {
        locale: Some(settings.locale.as_str().to_owned()),
        timezone: Some(settings.timezone.as_str().to_owned()),
        default_currency: Some(settings.default_currency.as_str().to_owned()),
        document_kinds: Some(
            settings.document_kinds.iter().map(|kind| kind.name().to_owned()).collect(),
        ),
        max_upload_bytes: Some(settings.max_upload.bytes()),
        retention_days: Some(settings.retention.days()),
        seller: StoredSeller::from(&settings.seller),
        payable_approval: Some(settings.payable_approval.name().to_owned()),
        default_payment_terms_days: Some(settings.default_payment_terms.days()),
        fiscal_year_start_month: Some(settings.fiscal_year_start.month()),
        books_closed_until: settings.books_closed_until,
        number_patterns: StoredPatterns {
            invoice: pattern(&patterns.invoice),
            credit_note: pattern(&patterns.credit_note),
            payable: pattern(&patterns.payable),
            contract: pattern(&patterns.contract),
        },
        dunning: StoredDunning::from(&settings.dunning),
        accounting: StoredAccounting::from(&settings.accounting),
        embedding_model_id: settings.embedding_model.map(Id::uuid),
        execution_content_days: Some(settings.execution_content.days()),
        execution_days: Some(settings.executions.days()),
        require_second_factor: settings.requires_second_factor,
    };
    // Serializing strings and numbers cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// The settings of a stored text; `None` if the text is invalid.
pub fn decode(text: &str) -> Option<OrganizationSettings> {
    let stored: Stored = serde_json::from_str(text).ok()?;
    let default = OrganizationSettings::default();
    let pattern = |stored: Option<String>, default: SeriesPattern| {
        parse(stored, |text| SeriesPattern::parse(&text), default)
    };
    let (patterns, defaults) = (stored.number_patterns, default.number_patterns);
    Some(OrganizationSettings {
        locale: parse(stored.locale, |text| Locale::parse(&text), default.locale)?,
        timezone: parse(stored.timezone, |text| Timezone::parse(&text), default.timezone)?,
        default_currency: parse(
            stored.default_currency,
            |text| Currency::parse(&text),
            default.default_currency,
        )?,
        // A kind that no longer exists in this version is ignored.
        document_kinds: stored.document_kinds.map_or(default.document_kinds, |names| {
            names.iter().filter_map(|name| DocumentKind::from_name(name)).collect()
        }),
        max_upload: parse(stored.max_upload_bytes, UploadLimit::from_bytes, default.max_upload)?,
        retention: parse(stored.retention_days, RetentionDays::from_days, default.retention)?,
        seller: stored.seller.read()?,
        payable_approval: match stored.payable_approval {
            Some(name) => PayableApproval::from_name(&name)?,
            None => default.payable_approval,
        },
        default_payment_terms: parse(
            stored.default_payment_terms_days,
            PaymentTerms::from_days,
            default.default_payment_terms,
        )?,
        fiscal_year_start: parse(
            stored.fiscal_year_start_month,
            FiscalYearStart::from_month,
            default.fiscal_year_start,
        )?,
        books_closed_until: stored.books_closed_until,
        number_patterns: NumberPatterns {
            invoice: pattern(patterns.invoice, defaults.invoice)?,
            credit_note: pattern(patterns.credit_note, defaults.credit_note)?,
            payable: pattern(patterns.payable, defaults.payable)?,
            contract: pattern(patterns.contract, defaults.contract)?,
        },
        dunning: stored.dunning.read()?,
        accounting: stored.accounting.read()?,
        embedding_model: stored.embedding_model_id.map(Id::from_uuid),
        execution_content: parse(
            stored.execution_content_days,
            RetentionDays::from_days,
            default.execution_content,
        )?,
        executions: parse(stored.execution_days, RetentionDays::from_days, default.executions)?,
        requires_second_factor: stored.require_second_factor,
    })
}

fn parse<S, T>(
    stored: Option<S>,
    parse: impl FnOnce(S) -> Result<T, Invalid>,
    default: T,
) -> Option<T> {
    stored.map_or(Some(default), |value| parse(value).ok())
}
