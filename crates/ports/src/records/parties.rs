//! Parties.

use std::collections::BTreeSet;

use async_trait::async_trait;
use plinth_domain::{
    Country, Iban, Id, InvoiceDirection, Name, OrganizationId, Party, PartyRole, Revision, Text,
    VatId,
};

use super::{Constraint, Record, Unique};
use crate::{OneOf, Result, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    PARTY_NUMBER_TAKEN = "party.number_taken",
        "Another party has this number; it may be an archived one.";
    PARTY_ACCOUNT_TAKEN = "party.account_taken",
        "Another party has this account; it may be an archived one.";
}

/// Another party of the organization has the number.
pub const NUMBER_TAKEN: Constraint = Constraint("parties_organization_id_number_key");
/// Another party of the organization has the account of a customer.
pub const DEBTOR_ACCOUNT_TAKEN: Constraint =
    Constraint("parties_organization_id_debtor_account_key");
/// Another party of the organization has the account of a supplier.
pub const CREDITOR_ACCOUNT_TAKEN: Constraint =
    Constraint("parties_organization_id_creditor_account_key");

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
    /// Only parties that act as this and have no account for it: customers, or suppliers.
    pub without_account: Option<InvoiceDirection>,
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
    const UNIQUE: &'static [Unique<Self>] = &[
        Unique {
            constraint: NUMBER_TAKEN,
            code: PARTY_NUMBER_TAKEN,
            detail: "another party has this number",
            value: |p| p.number.as_ref().map(|number| number.as_str().to_owned()),
        },
        Unique {
            constraint: DEBTOR_ACCOUNT_TAKEN,
            code: PARTY_ACCOUNT_TAKEN,
            detail: "another party has this account of a customer",
            value: |p| p.debtor_account.as_ref().map(|account| account.as_str().to_owned()),
        },
        Unique {
            constraint: CREDITOR_ACCOUNT_TAKEN,
            code: PARTY_ACCOUNT_TAKEN,
            detail: "another party has this account of a supplier",
            value: |p| p.creditor_account.as_ref().map(|account| account.as_str().to_owned()),
        },
    ];
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
            && filter.without_account.is_none_or(|direction| match direction {
                InvoiceDirection::Receivable => {
                    self.role.is_customer() && self.debtor_account.is_none()
                }
                InvoiceDirection::Payable => {
                    self.role.is_supplier() && self.creditor_account.is_none()
                }
            })
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

/// What identifies parties in the world of their organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartyKeys {
    /// Numbers that the organization gives.
    pub numbers: BTreeSet<String>,
    /// VAT ids.
    pub vat_ids: BTreeSet<String>,
    /// Accounts of customers.
    pub debtor_accounts: BTreeSet<String>,
    /// Accounts of suppliers.
    pub creditor_accounts: BTreeSet<String>,
}

/// Finds parties by what identifies them.
#[async_trait]
pub trait PartyKeyReader: Send {
    /// Those of these keys that parties have, archived parties included.
    async fn taken(&mut self, keys: &PartyKeys) -> Result<PartyKeys>;
}
