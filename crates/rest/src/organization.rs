//! `/organization`

use actix_web::{HttpRequest, HttpResponse, get, patch};
use chrono::{DateTime, Utc};
use plinth_application::organizations::{GetOrganization, UpdateOrganization};
use plinth_domain::{
    Currency, DocumentKind, Invalid, InvoiceNumbering, Locale, Name, Organization,
    OrganizationChanges, OrganizationSettings, RetentionDays, SettingsChanges, Timezone,
    UploadLimit, codes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    documents::DocumentKindName,
    etag::{self, IfMatch},
    json::{Body, Faults, Form, Merge},
    middleware::{App, Authenticated},
    problem::ApiError,
    values::{known, names},
};

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_organization).service(update_organization);
}

names! {
    /// The state of an organization.
    OrganizationStatusName = Active, Suspended
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationView {
    id: Uuid,
    #[schema(example = "Hochbau Nord")]
    name: String,
    #[schema(example = "hochbau-nord-1f2e3d4c")]
    slug: String,
    #[schema(value_type = OrganizationStatusName)]
    status: &'static str,
    settings: OrganizationSettingsView,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The settings of an organization.
#[derive(Debug, Serialize, ToSchema)]
struct OrganizationSettingsView {
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
    invoice_numbering: InvoiceNumberingView,
}

/// The format of invoice numbers.
#[derive(Debug, Serialize, ToSchema)]
struct InvoiceNumberingView {
    #[schema(example = "INV-")]
    prefix: String,
    #[schema(minimum = 3, maximum = 10, example = 6)]
    digits: u8,
}

impl From<&Organization> for OrganizationView {
    fn from(organization: &Organization) -> Self {
        Self {
            id: organization.id.uuid(),
            name: organization.name.as_str().to_owned(),
            slug: organization.slug.as_str().to_owned(),
            status: organization.status.name(),
            settings: OrganizationSettingsView::from(&organization.settings),
            version: organization.revision.version.number(),
            created_at: organization.revision.created_at,
            updated_at: organization.revision.updated_at,
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
            invoice_numbering: InvoiceNumberingView {
                prefix: settings.invoice_numbering.prefix().to_owned(),
                digits: settings.invoice_numbering.digits(),
            },
        }
    }
}

/// A change to the organization: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = OrganizationSettingsPatch)]
    settings: Merge<OrganizationSettingsPatch>,
}

/// A change to the settings. No setting can be `null`.
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
    #[schema(value_type = InvoiceNumberingPatch)]
    invoice_numbering: Merge<InvoiceNumberingPatch>,
}

/// The format of new invoice numbers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceNumberingPatch {
    #[schema(max_length = 16, pattern = "^[A-Za-z0-9./-]*$", example = "INV-")]
    prefix: String,
    #[schema(minimum = 3, maximum = 10)]
    digits: u8,
}

impl Form for OrganizationPatch {
    type Value = OrganizationChanges;

    fn check(self, faults: &mut Faults) -> Option<OrganizationChanges> {
        let name = self.name.required(faults, "/name", |text| Name::parse(&text));
        let settings = self.settings.required(faults, "/settings", Ok);
        let settings = settings.map(Option::unwrap_or_default).and_then(|s| s.check(faults));
        Some(OrganizationChanges { name: name?, settings: settings? })
    }
}

impl OrganizationSettingsPatch {
    fn check(self, f: &mut Faults) -> Option<SettingsChanges> {
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
        let invoice_numbering =
            self.invoice_numbering.required(f, "/settings/invoice_numbering", |numbering| {
                InvoiceNumbering::new(numbering.prefix, numbering.digits)
            });
        Some(SettingsChanges {
            locale: locale?,
            timezone: timezone?,
            default_currency: default_currency?,
            document_kinds: document_kinds?,
            max_upload: max_upload?,
            retention: retention?,
            invoice_numbering: invoice_numbering?,
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

/// Read the organization.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization",
    params(etag::Conditional),
    responses(
        (status = 200, body = OrganizationView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["organization:read"])),
)]
#[get("/organization")]
pub(crate) async fn get_organization(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let organization = app.query(&caller, GetOrganization).await?;
    let version = organization.revision.version;
    etag::item(&request, &OrganizationView::from(&organization), version)
}

/// Change the organization's name or settings.
#[utoipa::path(
    tag = "organization",
    operation_id = "update_organization",
    params(IfMatch),
    request_body(content = OrganizationPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = OrganizationView, headers(("ETag")))),
    security(("bearer" = ["organization:update"])),
)]
#[patch("/organization")]
pub(crate) async fn update_organization(
    app: App,
    Authenticated(caller): Authenticated,
    expected: IfMatch,
    body: Body<OrganizationPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateOrganization { expected: expected.0, changes: body.value };
    let organization = app.execute(&caller, command).await?;
    let version = organization.revision.version;
    Ok(etag::changed(&OrganizationView::from(&organization), version))
}
