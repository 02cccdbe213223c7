//! Parties.

use plinth_domain::{
    Country, Iban, Id, Name, OrganizationId, Party, PartyRole, Revision, Text, VatId,
};

use super::{Constraint, Record, Unique};
use crate::{OneOf, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    PARTY_NUMBER_TAKEN = "party.number_taken",
        "Another party has this number; it may be an archived one.";
}

/// Another party of the organization has the number.
pub const NUMBER_TAKEN: Constraint = Constraint("parties_organization_id_number_key");

sort_keys! {
    /// The orders of a list of parties.
    PartySort of Party, by |p| p.id.uuid();
    CreatedAt = "created_at" => |p| SortValue::Time(p.revision.created_at),
    UpdatedAt = "updated_at" => |p| SortValue::Time(p.revision.updated_at),
    Name = "name" => |p| SortValue::Text(p.name.as_str().to_owned()),
}

/// Selects the parties of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartyFilter {
    /// Only the party with this number.
    pub number: Option<Text<32>>,
    /// Only parties with this VAT id.
    pub vat_id: Option<VatId>,
    /// Only parties with this account.
    pub iban: Option<Iban>,
    /// Only parties with exactly this name.
    pub name: Option<Name>,
    /// Only parties with one of these roles.
    pub role: OneOf<PartyRole>,
    /// Only parties whose address is in one of these countries.
    pub country: OneOf<Country>,
    /// Only parties that are archived, or only those that are not.
    pub archived: Option<bool>,
    /// Only parties with these words in name, number, city or VAT id.
    pub search: Option<Search>,
}

impl Record for Party {
    const TABLE: &'static str = "parties";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NUMBER_TAKEN,
        code: PARTY_NUMBER_TAKEN,
        detail: "another party has this number",
        value: |p| p.number.as_ref().map(|number| number.as_str().to_owned()),
    }];
    const SEARCHED: bool = true;
    type Filter = PartyFilter;
    type Sort = PartySort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &PartyFilter) -> bool {
        filter.number.as_ref().is_none_or(|number| self.number.as_ref() == Some(number))
            && filter.vat_id.as_ref().is_none_or(|id| self.vat_id.as_ref() == Some(id))
            && filter.iban.as_ref().is_none_or(|iban| self.bank_account.iban.as_ref() == Some(iban))
            && filter.name.as_ref().is_none_or(|name| self.name == *name)
            && filter.role.allows(&self.role)
            && filter.country.allows_some(self.address.country.as_ref())
            && filter.archived.is_none_or(|archived| self.archived == archived)
    }
    fn search(filter: &PartyFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        let number = self.number.as_ref().map_or("", Text::as_str);
        let city = self.address.city.as_ref().map_or("", Text::as_str);
        let vat_id = self.vat_id.as_ref().map_or("", VatId::as_str);
        [self.name.as_str(), number, city, vat_id].join(" ")
    }
}
