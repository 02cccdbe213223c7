use plinth_domain::{ReceivedFindings, Text};
use serde::Serialize;
use utoipa::ToSchema;

/// What was found in the document of an incoming invoice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceivedFindings)]
pub(super) struct FindingsView {
    /// The buyer that the document names.
    buyer_name: Option<String>,
    /// The VAT id of the buyer, as the document states it.
    buyer_vat_id: Option<String>,
    /// What may be wrong with it: the first 20.
    #[schema(max_items = 20)]
    warnings: Vec<FindingView>,
    /// The names of the first 20 files in it (BG-24).
    #[schema(max_items = 20)]
    files: Vec<String>,
}

/// What may be wrong with a received document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceivedWarning)]
struct FindingView {
    /// The rule that is broken, or `buyer.name`, `buyer.vat_id`, `invoice.corrected`.
    #[schema(example = "buyer.vat_id")]
    code: String,
    text: String,
}

impl From<&ReceivedFindings> for FindingsView {
    fn from(findings: &ReceivedFindings) -> Self {
        let warnings = findings.warnings.iter();
        Self {
            buyer_name: findings.buyer_name.as_ref().map(owned),
            buyer_vat_id: findings.buyer_vat_id.as_ref().map(owned),
            warnings: warnings
                .map(|one| FindingView { code: owned(&one.code), text: owned(&one.text) })
                .collect(),
            files: findings.files.iter().map(owned).collect(),
        }
    }
}

fn owned<const MAX: usize>(text: &Text<MAX>) -> String {
    text.as_str().to_owned()
}
