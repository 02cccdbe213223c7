use chrono::NaiveDate;
use plinth_domain::{
    Currency, DocumentKind, FiscalYearStart, Id, Invalid, Locale, NumberPatterns,
    NumberPatternsChanges, OrganizationSettings, PayableApproval, PaymentTerms, RetentionDays,
    SeriesPattern, SettingsChanges, Timezone, UploadLimit, codes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    accounting::{AccountingPatch, AccountingView},
    dunning::{DunningPatch, DunningView},
    seller::{SellerPatch, SellerView},
};
use crate::{
    documents::DocumentKindName,
    json::{Faults, Merge},
    values::{day, identity, known, names},
};

names! {
    /// Whether a received invoice has to be approved before it is paid, and by whom.
    PayableApprovalName = None, SecondPerson
}

/// The settings of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganizationSettingsView {
    #[schema(example = "de-DE")]
    locale: String,
    #[schema(example = "Europe/Berlin")]
    timezone: &'static str,
    #[schema(example = "EUR")]
    default_currency: String,
    #[schema(value_type = Vec<DocumentKindName>)]
    document_kinds: Vec<&'static str>,
    #[schema(minimum = 1)]
    max_upload_bytes: u64,
    #[schema(minimum = 1, maximum = 3650)]
    retention_days: u16,
    seller: SellerView,
    /// Whether a received invoice has to be approved by a second person.
    #[schema(value_type = PayableApprovalName)]
    payable_approval: &'static str,
    /// The payment terms of customers without their own.
    #[schema(minimum = 0, maximum = 365)]
    default_payment_terms_days: u16,
    /// The month in which fiscal years begin.
    #[schema(minimum = 1, maximum = 12)]
    fiscal_year_start_month: u8,
    /// The last day into which nothing can be dated any more.
    books_closed_until: Option<NaiveDate>,
    number_patterns: NumberPatternsView,
    dunning: DunningView,
    accounting: AccountingView,
    /// The model that makes vectors of documents for the search; `null` for a search by words alone.
    embedding_model_id: Option<Uuid>,
    /// How long the texts of executions are kept.
    #[schema(minimum = 1, maximum = 3650)]
    execution_content_days: u16,
    /// How long executions are kept, with their tokens and costs.
    #[schema(minimum = 1, maximum = 3650)]
    execution_days: u16,
    /// Whether members without a second factor can only set one up.
    require_second_factor: bool,
}

/// The patterns of the numbers that the organization gives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NumberPatterns)]
struct NumberPatternsView {
    #[schema(example = "RE-{year}-{number:05}")]
    invoice: String,
    #[schema(example = "GS-{year}-{number:05}")]
    credit_note: String,
    /// Of invoices and credit notes that it receives.
    #[schema(example = "ER-{year}-{number:05}")]
    payable: String,
    #[schema(example = "V-{year}-{number:05}")]
    contract: String,
}

impl From<&NumberPatterns> for NumberPatternsView {
    fn from(patterns: &NumberPatterns) -> Self {
        Self {
            invoice: patterns.invoice.as_str().to_owned(),
            credit_note: patterns.credit_note.as_str().to_owned(),
            payable: patterns.payable.as_str().to_owned(),
            contract: patterns.contract.as_str().to_owned(),
        }
    }
}

impl From<&OrganizationSettings> for OrganizationSettingsView {
    fn from(settings: &OrganizationSettings) -> Self {
        Self {
            locale: settings.locale.as_str().to_owned(),
            timezone: settings.timezone.as_str(),
            default_currency: settings.default_currency.as_str().to_owned(),
            document_kinds: settings.document_kinds.iter().map(|kind| kind.name()).collect(),
            max_upload_bytes: settings.max_upload.bytes(),
            retention_days: settings.retention.days(),
            seller: SellerView::from(&settings.seller),
            payable_approval: settings.payable_approval.name(),
            default_payment_terms_days: settings.default_payment_terms.days(),
            fiscal_year_start_month: settings.fiscal_year_start.month(),
            books_closed_until: settings.books_closed_until,
            number_patterns: NumberPatternsView::from(&settings.number_patterns),
            dunning: DunningView::from(&settings.dunning),
            accounting: AccountingView::from(&settings.accounting),
            embedding_model_id: settings.embedding_model.map(Id::uuid),
            execution_content_days: settings.execution_content.days(),
            execution_days: settings.executions.days(),
            require_second_factor: settings.requires_second_factor,
        }
    }
}

/// A change to the settings. Only the seller's data, `books_closed_until` and `embedding_model_id`
/// can be `null`, which clears them. A new embedding model makes new vectors of all documents.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationSettingsPatch {
    #[serde(default)]
    #[schema(value_type = String, max_length = 7, pattern = "^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$", example = "de-DE")]
    locale: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, max_length = 64, example = "Europe/Berlin")]
    timezone: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "EUR")]
    default_currency: Merge<String>,
    #[serde(default)]
    #[schema(value_type = BTreeSet<DocumentKindName>)]
    document_kinds: Merge<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = u64, minimum = 1, maximum = 5_368_709_120_u64)]
    max_upload_bytes: Merge<u64>,
    #[serde(default)]
    #[schema(value_type = u16, minimum = 1, maximum = 3650)]
    retention_days: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Option<SellerPatch>)]
    seller: Merge<SellerPatch>,
    #[serde(default)]
    #[schema(value_type = PayableApprovalName)]
    payable_approval: Merge<String>,
    #[serde(default)]
    #[schema(value_type = u16, minimum = 0, maximum = 365, example = 14)]
    default_payment_terms_days: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = u8, minimum = 1, maximum = 12, example = 1)]
    fiscal_year_start_month: Merge<u8>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    books_closed_until: Merge<String>,
    #[serde(default)]
    #[schema(value_type = NumberPatternsPatch)]
    number_patterns: Merge<NumberPatternsPatch>,
    #[serde(default)]
    #[schema(value_type = DunningPatch)]
    dunning: Merge<DunningPatch>,
    #[serde(default)]
    #[schema(value_type = AccountingPatch)]
    accounting: Merge<AccountingPatch>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    embedding_model_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = u16, minimum = 1, maximum = 3650, example = 90)]
    execution_content_days: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = u16, minimum = 1, maximum = 3650, example = 730)]
    execution_days: Merge<u16>,
    /// Only an owner with a second factor turns it on, and only an owner turns it off.
    #[serde(default)]
    #[schema(value_type = bool)]
    require_second_factor: Merge<bool>,
}

/// New patterns of numbers: letters, digits, `-`, `/`, `.` and `_`, one `{number}` or, for at least N
/// digits, `{number:0N}`, and at most one `{year}` or `{yy}`. Without a year, numbers go on over all
/// years.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberPatternsPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 8, max_length = 60, example = "RE-{year}-{number:05}")]
    invoice: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 8, max_length = 60, example = "GS-{year}-{number:05}")]
    credit_note: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 8, max_length = 60, example = "ER-{year}-{number:05}")]
    payable: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 8, max_length = 60, example = "V-{year}-{number:05}")]
    contract: Merge<String>,
}

impl NumberPatternsPatch {
    fn check(self, f: &mut Faults) -> Option<NumberPatternsChanges> {
        let mut pattern = |patch: Merge<String>, name: &str| {
            let pointer = format!("/settings/number_patterns/{name}");
            patch.required(f, &pointer, |text| SeriesPattern::parse(&text))
        };
        let invoice = pattern(self.invoice, "invoice");
        let credit_note = pattern(self.credit_note, "credit_note");
        let payable = pattern(self.payable, "payable");
        let contract = pattern(self.contract, "contract");
        Some(NumberPatternsChanges {
            invoice: invoice?,
            credit_note: credit_note?,
            payable: payable?,
            contract: contract?,
        })
    }
}

impl OrganizationSettingsPatch {
    pub(super) fn check(self, f: &mut Faults) -> Option<SettingsChanges> {
        let locale = self.locale.required(f, "/settings/locale", |text| Locale::parse(&text));
        let timezone =
            self.timezone.required(f, "/settings/timezone", |text| Timezone::parse(&text));
        let default_currency =
            self.default_currency
                .required(f, "/settings/default_currency", |text| Currency::parse(&text));
        let document_kinds =
            self.document_kinds.required(f, "/settings/document_kinds", |names| kinds(&names));
        let max_upload = self.max_upload_bytes.required(
            f,
            "/settings/max_upload_bytes",
            UploadLimit::from_bytes,
        );
        let retention =
            self.retention_days.required(f, "/settings/retention_days", RetentionDays::from_days);
        let seller = self.seller.changes(f, "/settings/seller");
        let payable_approval =
            self.payable_approval.required(f, "/settings/payable_approval", |name| {
                let names = PayableApproval::ALL.map(PayableApproval::name);
                known(&name, PayableApproval::from_name, &names)
            });
        let default_payment_terms = self.default_payment_terms_days.required(
            f,
            "/settings/default_payment_terms_days",
            PaymentTerms::from_days,
        );
        let fiscal_year_start = self.fiscal_year_start_month.required(
            f,
            "/settings/fiscal_year_start_month",
            FiscalYearStart::from_month,
        );
        let books_closed_until =
            self.books_closed_until.optional(f, "/settings/books_closed_until", |text| day(&text));
        let patterns = self.number_patterns.required(f, "/settings/number_patterns", Ok);
        let number_patterns = patterns.map(Option::unwrap_or_default).and_then(|p| p.check(f));
        let dunning = self.dunning.required(f, "/settings/dunning", Ok);
        let dunning = dunning
            .map(Option::unwrap_or_default)
            .and_then(|patch| patch.check(f, "/settings/dunning"));
        let accounting = self.accounting.required(f, "/settings/accounting", Ok);
        let accounting = accounting.map(Option::unwrap_or_default).and_then(|a| a.check(f));
        let embedding_model =
            self.embedding_model_id.optional(f, "/settings/embedding_model_id", |id| identity(&id));
        let days = |patch: Merge<u16>, f: &mut Faults, pointer: &str| {
            patch.required(f, pointer, RetentionDays::from_days)
        };
        let execution_content =
            days(self.execution_content_days, f, "/settings/execution_content_days");
        let executions = days(self.execution_days, f, "/settings/execution_days");
        let second_factor =
            self.require_second_factor.required(f, "/settings/require_second_factor", Ok);
        Some(SettingsChanges {
            locale: locale?,
            timezone: timezone?,
            default_currency: default_currency?,
            document_kinds: document_kinds?,
            max_upload: max_upload?,
            retention: retention?,
            seller: seller?,
            payable_approval: payable_approval?,
            default_payment_terms: default_payment_terms?,
            fiscal_year_start: fiscal_year_start?,
            books_closed_until: books_closed_until?,
            number_patterns: number_patterns?,
            dunning: dunning?,
            accounting: accounting?,
            embedding_model: embedding_model?,
            execution_content: execution_content?,
            executions: executions?,
            requires_second_factor: second_factor?,
        })
    }
}

fn kinds(names: &[String]) -> Result<Vec<DocumentKind>, Invalid> {
    let mut kinds = Vec::new();
    for name in names {
        let kind =
            known(name, DocumentKind::from_name, &DocumentKind::ALL.map(DocumentKind::name))?;
        if kinds.contains(&kind) {
            return Err(Invalid::new(codes::VALUE_REPEATED, "each kind at most once"));
        }
        kinds.push(kind);
    }
    Ok(kinds)
}
