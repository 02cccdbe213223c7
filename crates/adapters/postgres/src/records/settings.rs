//! `organizations.settings`: a missing setting has its default, so that a new setting needs no
//! migration of rows.

use plinth_domain::{
    Currency, DocumentKind, Invalid, InvoiceNumbering, Locale, OrganizationSettings, RetentionDays,
    Timezone, UploadLimit,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    locale: Option<String>,
    timezone: Option<String>,
    default_currency: Option<String>,
    document_kinds: Option<Vec<String>>,
    max_upload_bytes: Option<u64>,
    retention_days: Option<u16>,
    invoice_numbering: Option<StoredNumbering>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredNumbering {
    prefix: String,
    digits: u8,
}

/// The stored text of the settings.
pub fn encode(settings: &OrganizationSettings) -> String {
    let stored = Stored {
        locale: Some(settings.locale.as_str().to_owned()),
        timezone: Some(settings.timezone.as_str().to_owned()),
        default_currency: Some(settings.default_currency.as_str().to_owned()),
        document_kinds: Some(
            settings.document_kinds.iter().map(|kind| kind.name().to_owned()).collect(),
        ),
        max_upload_bytes: Some(settings.max_upload.bytes()),
        retention_days: Some(settings.retention.days()),
        invoice_numbering: Some(StoredNumbering {
            prefix: settings.invoice_numbering.prefix().to_owned(),
            digits: settings.invoice_numbering.digits(),
        }),
    };
    // Serializing strings and numbers cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// The settings of a stored text; `None` if the text is invalid.
pub fn decode(text: &str) -> Option<OrganizationSettings> {
    let stored: Stored = serde_json::from_str(text).ok()?;
    let default = OrganizationSettings::default();
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
        invoice_numbering: parse(
            stored.invoice_numbering,
            |numbering| InvoiceNumbering::new(numbering.prefix, numbering.digits),
            default.invoice_numbering,
        )?,
    })
}

fn parse<S, T>(
    stored: Option<S>,
    parse: impl FnOnce(S) -> Result<T, Invalid>,
    default: T,
) -> Option<T> {
    stored.map_or(Some(default), |value| parse(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were_stored() {
        let settings = OrganizationSettings {
            timezone: Timezone::parse("Europe/Berlin").unwrap(),
            document_kinds: vec![DocumentKind::Pdf],
            ..OrganizationSettings::default()
        };
        assert_eq!(decode(&encode(&settings)).unwrap(), settings);
    }

    #[test]
    fn what_is_missing_or_unknown_falls_back_to_the_default() {
        let default = OrganizationSettings::default();
        assert_eq!(decode("{}").unwrap(), default);
        assert_eq!(decode(r#"{"future": {"a": 1}, "document_kinds": null}"#).unwrap(), default);
        assert!(decode(r#"{"default_currency": "euro"}"#).is_none());
    }
}
