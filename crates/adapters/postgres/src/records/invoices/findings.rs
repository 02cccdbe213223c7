//! What was found in a received document, as it is stored.

use plinth_domain::{ReceivedFindings, ReceivedWarning, Text};
use serde::{Deserialize, Serialize};

use super::super::groups::{parsed, text};

/// What is absent is not known.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredFindings {
    buyer_name: Option<String>,
    buyer_vat_id: Option<String>,
    warnings: Vec<(String, String)>,
    files: Vec<String>,
}

pub fn text(findings: &ReceivedFindings) -> String {
    let warning = |one: &ReceivedWarning| (owned(&one.code), owned(&one.text));
    let stored = StoredFindings {
        buyer_name: text!(findings.buyer_name),
        buyer_vat_id: text!(findings.buyer_vat_id),
        warnings: findings.warnings.iter().map(warning).collect(),
        files: findings.files.iter().map(owned).collect(),
    };
    // Serializing strings cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

pub fn read(text: &str) -> Option<ReceivedFindings> {
    let stored: StoredFindings = serde_json::from_str(text).ok()?;
    let warning = |(code, text): (String, String)| {
        Some(ReceivedWarning { code: Text::parse(&code).ok()?, text: Text::parse(&text).ok()? })
    };
    Some(ReceivedFindings {
        buyer_name: parsed(stored.buyer_name, Text::parse)?,
        buyer_vat_id: parsed(stored.buyer_vat_id, Text::parse)?,
        warnings: stored.warnings.into_iter().map(warning).collect::<Option<_>>()?,
        files: stored.files.iter().map(|name| Text::parse(name).ok()).collect::<Option<_>>()?,
    })
}

fn owned<const MAX: usize>(text: &Text<MAX>) -> String {
    text.as_str().to_owned()
}
