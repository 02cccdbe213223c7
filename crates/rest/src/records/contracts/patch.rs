use plinth_application::MetadataPatch;
use plinth_domain::{
    BasisPoints, ContractChanges, Currency, Description, Invalid, Name, Text, codes,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    dto::{NewContractPosition, positions, role},
    views::ContractRoleName,
};
use crate::{
    json::{Faults, Form, Merge},
    values::{day, identity, object},
};

/// A change to a contract: a merge patch (RFC 7396). `null` clears a field; metadata is merged key by
/// key, positions are replaced as a whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContractPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 40, example = "V-2026-014")]
    number: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Uuid)]
    party_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    project_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    document_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = ContractRoleName, example = "sale")]
    role: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "EUR")]
    currency: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    signed_at: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    starts_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = u16, maximum = 10_000)]
    retention_basis_points: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Prices are fixed until 2027")]
    note: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Merge<Map<String, Value>>,
    #[serde(default)]
    #[schema(value_type = Vec<NewContractPosition>, max_items = 500)]
    positions: Merge<Vec<NewContractPosition>>,
}

impl Form for ContractPatch {
    /// The changes and the metadata patch.
    type Value = (ContractChanges, Option<MetadataPatch>);

    fn check(self, f: &mut Faults) -> Option<Self::Value> {
        let number = self.number.optional(f, "/number", |text| Text::parse(&text));
        let title = self.title.required(f, "/title", |text| Name::parse(&text));
        let party = self.party_id.required(f, "/party_id", |text| identity(&text));
        let project = self.project_id.optional(f, "/project_id", |text| identity(&text));
        let document = self.document_id.optional(f, "/document_id", |text| identity(&text));
        let role = self.role.required(f, "/role", |text| role(&text));
        let currency = self.currency.required(f, "/currency", |text| Currency::parse(&text));
        let signed_at = self.signed_at.optional(f, "/signed_at", |text| day(&text));
        let starts_on = self.starts_on.optional(f, "/starts_on", |text| day(&text));
        let ends_on = self.ends_on.optional(f, "/ends_on", |text| day(&text));
        let retention = self.retention_basis_points;
        let retention = retention.required(f, "/retention_basis_points", BasisPoints::new);
        let note = self.note.optional(f, "/note", Description::parse);
        let metadata =
            self.metadata.required(f, "/metadata", |patch| object(&patch).map(|_| patch));
        let positions = match self.positions.0 {
            None => Some(None),
            Some(Some(given)) => positions(given, f).map(Some),
            Some(None) => {
                let invalid = Invalid::new(codes::FIELD_REQUIRED, "cannot be removed");
                f.check("/positions", Err(invalid))
            }
        };
        let changes = ContractChanges {
            number: number?,
            title: title?,
            project: project?,
            party: party?,
            role: role?,
            currency: currency?,
            signed_at: signed_at?,
            starts_on: starts_on?,
            ends_on: ends_on?,
            retention: retention?,
            document: document?,
            note: note?,
            metadata: None,
            positions: positions?,
        };
        Some((changes, metadata?))
    }
}
