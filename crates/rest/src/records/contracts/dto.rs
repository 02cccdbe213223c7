use plinth_application::contracts::CreateContract;
use plinth_domain::{
    BasisPoints, ContractAmendmentDraft, ContractDraft, ContractRole, Currency, Description,
    Invalid, Lines, Name, PositionDraft, Quantity, Schedule, Text, UnitCode, UnitPrice,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::views::ContractRoleName;
use crate::{
    json::{Faults, Form},
    priced::VatBody,
    values::{day, identity, known, object},
};

/// A position of a new contract, or of an amendment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContractPosition {
    #[schema(min_length = 1, max_length = 2000, example = "Excavation, soil class 3")]
    text: String,
    /// A decimal with up to 12 digits before the point and 6 after it.
    #[schema(pattern = "^-?[0-9]{1,12}(\\.[0-9]{1,6})?$", example = "12.5")]
    quantity: String,
    /// A code of UN/ECE Recommendation 20: `C62` for a piece.
    #[schema(pattern = "^[A-Z0-9]{2,3}$", example = "MTQ")]
    unit: String,
    /// The price of one unit, in the major unit of the currency, with up to 6 decimals.
    #[schema(pattern = "^[0-9]{1,12}(\\.[0-9]{1,6})?$", example = "98.40")]
    unit_price: String,
    vat: VatBody,
    /// The number of the agreed position that an amendment changes; quantity and amount are the
    /// difference, and the VAT is the same. A draft has none.
    #[schema(minimum = 1, maximum = 500)]
    changes_position: Option<u16>,
}

impl NewContractPosition {
    fn check(self, f: &mut Faults, at: &str) -> Option<PositionDraft> {
        let text = f.check(&format!("{at}/text"), Lines::parse(&self.text));
        let quantity = f.check(&format!("{at}/quantity"), Quantity::parse(&self.quantity));
        let unit = f.check(&format!("{at}/unit"), UnitCode::parse(&self.unit));
        let price = f.check(&format!("{at}/unit_price"), UnitPrice::parse(&self.unit_price));
        let tax = self.vat.check(f, &format!("{at}/vat"));
        Some(PositionDraft {
            text: text?,
            quantity: quantity?,
            unit: unit?,
            price: price?,
            tax: tax?,
            changes: self.changes_position,
        })
    }
}

/// The positions of a body, with all their faults.
pub(super) fn positions(
    given: Vec<NewContractPosition>,
    f: &mut Faults,
) -> Option<Vec<PositionDraft>> {
    let check = |(index, position): (usize, NewContractPosition)| {
        position.check(f, &format!("/positions/{index}"))
    };
    // Each of them is checked, also behind a faulty one.
    let checked: Vec<_> = given.into_iter().enumerate().map(check).collect();
    checked.into_iter().collect()
}

/// A new contract: a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContract {
    /// The number, unique in the organization. A draft may have none.
    #[schema(min_length = 1, max_length = 40, example = "V-2026-014")]
    number: Option<String>,
    #[schema(min_length = 1, max_length = 200, example = "Quay 7, earthworks")]
    title: String,
    #[schema(value_type = Uuid)]
    party_id: String,
    #[schema(value_type = Option<Uuid>)]
    project_id: Option<String>,
    /// The signed document.
    #[schema(value_type = Option<Uuid>)]
    document_id: Option<String>,
    #[schema(value_type = ContractRoleName, example = "sale")]
    role: String,
    /// The currency of all its amounts (ISO 4217).
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    currency: String,
    /// The day on which it was signed.
    #[schema(format = Date, example = "2026-11-20")]
    signed_at: Option<String>,
    #[schema(format = Date, example = "2026-12-01")]
    starts_on: Option<String>,
    /// Not before `starts_on`.
    #[schema(format = Date)]
    ends_on: Option<String>,
    /// The part of each invoice that is retained as a security, in hundredths of a percent. Defaults to
    /// 0.
    #[serde(default, deserialize_with = "crate::json::given")]
    #[schema(value_type = u16, default = 0, required = false, maximum = 10_000)]
    retention_basis_points: Option<u16>,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Prices are fixed until 2027"
    )]
    note: Option<String>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// At most 500.
    #[serde(default)]
    #[schema(required = false, max_items = 500)]
    positions: Vec<NewContractPosition>,
}

impl Form for NewContract {
    type Value = CreateContract;

    fn check(self, f: &mut Faults) -> Option<CreateContract> {
        let number = f.check_some("/number", self.number, |text| Text::parse(&text));
        let title = f.check("/title", Name::parse(&self.title));
        let party = f.check("/party_id", identity(&self.party_id));
        let project = f.check_some("/project_id", self.project_id, |text| identity(&text));
        let document = f.check_some("/document_id", self.document_id, |text| identity(&text));
        let role = f.check("/role", role(&self.role));
        let currency = f.check("/currency", Currency::parse(&self.currency));
        let signed_at = f.check_some("/signed_at", self.signed_at, |text| day(&text));
        let starts_on = f.check_some("/starts_on", self.starts_on, |text| day(&text));
        let ends_on = f.check_some("/ends_on", self.ends_on, |text| day(&text));
        let schedule = starts_on
            .zip(ends_on)
            .and_then(|(start, end)| f.check("/ends_on", Schedule::new(start, end)));
        let retention = BasisPoints::new(self.retention_basis_points.unwrap_or_default());
        let retention = f.check("/retention_basis_points", retention);
        let note = f.check_some("/note", self.note, Description::parse);
        let metadata = f.check_some("/metadata", self.metadata, |fields| object(&fields));
        let positions = positions(self.positions, f);
        let draft = ContractDraft {
            number: number?,
            title: title?,
            project: project?,
            party: party?,
            role: role?,
            currency: currency?,
            signed_at: signed_at?,
            schedule: schedule?,
            retention: retention?,
            document: document?,
            note: note?,
            metadata: metadata?.unwrap_or_default(),
            positions: positions?,
        };
        Some(CreateContract { draft })
    }
}

/// A new amendment of an active contract.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContractAmendment {
    #[schema(min_length = 1, max_length = 200, example = "Additional excavation")]
    title: String,
    /// The day on which it was signed.
    #[schema(format = Date, example = "2026-12-20")]
    signed_at: Option<String>,
    #[schema(min_length = 1, max_length = 2000, example = "Rock below 3 m")]
    note: Option<String>,
    #[schema(min_items = 1, max_items = 500)]
    positions: Vec<NewContractPosition>,
}

impl Form for NewContractAmendment {
    type Value = ContractAmendmentDraft;

    fn check(self, f: &mut Faults) -> Option<ContractAmendmentDraft> {
        let title = f.check("/title", Name::parse(&self.title));
        let signed_at = f.check_some("/signed_at", self.signed_at, |text| day(&text));
        let note = f.check_some("/note", self.note, |text| Lines::parse(&text));
        let positions = positions(self.positions, f);
        Some(ContractAmendmentDraft {
            title: title?,
            signed_at: signed_at?,
            note: note?,
            positions: positions?,
        })
    }
}

pub(super) fn role(text: &str) -> Result<ContractRole, Invalid> {
    known(text, ContractRole::from_name, ContractRole::NAMES)
}
