//! Customers and suppliers, and the values that the organization has as a seller, too.

pub(crate) mod address;
pub(crate) mod bank_account;
mod contact;
pub(crate) mod e_invoice_address;
pub(crate) mod leitweg_id;
mod optional;
mod terms;
#[cfg(test)]
pub(crate) mod tests;
mod unit_codes;
pub(crate) mod vat_id;

use crate::{
    Description, Id, JsonObject, Name, OrganizationId, Patch, Revision, Text, Timestamp,
    accounting::AccountNumber,
};
pub use address::{Address, AddressChanges, Country};
pub use bank_account::{BankAccount, BankAccountChanges, Bic, Iban};
pub use contact::{Contact, ContactChanges};
pub use e_invoice_address::{EInvoiceAddress, EInvoiceScheme};
pub use leitweg_id::LeitwegId;
pub(crate) use optional::optional_fields;
pub use terms::{Language, PartyRole, PaymentTerms};
pub use unit_codes::{MAX_UNIT_CODES, UnitCodes};
pub use vat_id::VatId;

/// The identity of a party.
pub type PartyId = Id<Party>;

/// The values of a new party.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Party")]
pub struct PartyDraft {
    pub name: Name,
    pub number: Option<Text<32>>,
    pub role: PartyRole,
    pub vat_id: Option<VatId>,
    pub tax_number: Option<Text<50>>,
    pub registration: Option<Text<100>>,
    pub contact: Contact,
    pub address: Address,
    pub bank_account: BankAccount,
    pub debtor_account: Option<AccountNumber>,
    pub creditor_account: Option<AccountNumber>,
    pub payment_terms: Option<PaymentTerms>,
    pub buyer_reference: Option<Text<100>>,
    pub leitweg_id: Option<LeitwegId>,
    pub e_invoice_address: Option<EInvoiceAddress>,
    pub unit_codes: UnitCodes,
    pub language: Option<Language>,
    pub note: Option<Description>,
    pub consumer: bool,
    pub dunning_blocked: bool,
    pub archived: bool,
    pub metadata: JsonObject,
}

/// A change to a party; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Party")]
pub struct PartyChanges {
    pub name: Option<Name>,
    pub number: Patch<Text<32>>,
    pub role: Option<PartyRole>,
    pub vat_id: Patch<VatId>,
    pub tax_number: Patch<Text<50>>,
    pub registration: Patch<Text<100>>,
    pub contact: ContactChanges,
    pub address: AddressChanges,
    pub bank_account: BankAccountChanges,
    pub debtor_account: Patch<AccountNumber>,
    pub creditor_account: Patch<AccountNumber>,
    pub payment_terms: Patch<PaymentTerms>,
    pub buyer_reference: Patch<Text<100>>,
    pub leitweg_id: Patch<LeitwegId>,
    pub e_invoice_address: Patch<EInvoiceAddress>,
    pub unit_codes: Option<UnitCodes>,
    pub language: Patch<Language>,
    pub note: Patch<Description>,
    pub consumer: Option<bool>,
    pub dunning_blocked: Option<bool>,
    pub archived: Option<bool>,
}

/// A customer or a supplier of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The identity.
    pub id: PartyId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The name of the company or of the person.
    pub name: Name,
    /// The number that the organization gives to it, unique in the organization.
    pub number: Option<Text<32>>,
    /// What it is to the organization.
    pub role: PartyRole,
    /// The VAT id.
    pub vat_id: Option<VatId>,
    /// The tax number of its tax office.
    pub tax_number: Option<Text<50>>,
    /// The entry in a register: `HRB 12345, Amtsgericht Hamburg`.
    pub registration: Option<Text<100>>,
    /// Who is asked about an invoice.
    pub contact: Contact,
    /// The postal address.
    pub address: Address,
    /// The bank account to which the organization pays.
    pub bank_account: BankAccount,
    /// Its account as a customer in the books, unique in the organization.
    pub debtor_account: Option<AccountNumber>,
    /// Its account as a supplier in the books, unique in the organization.
    pub creditor_account: Option<AccountNumber>,
    /// The payment terms; those of the organization, where it has none.
    pub payment_terms: Option<PaymentTerms>,
    /// The reference that the party wants on its invoices (BT-10 of EN 16931).
    pub buyer_reference: Option<Text<100>>,
    /// The Leitweg-ID of a public authority.
    pub leitweg_id: Option<LeitwegId>,
    /// Where it receives electronic invoices.
    pub e_invoice_address: Option<EInvoiceAddress>,
    /// The units that it wants in electronic invoices.
    pub unit_codes: UnitCodes,
    /// The language of its documents; that of the organization, where it has none.
    pub language: Option<Language>,
    /// A note.
    pub note: Option<Description>,
    /// Whether it buys as a consumer (§ 13 BGB), for whom the law of default differs.
    pub consumer: bool,
    /// Whether none of its invoices is dunned.
    pub dunning_blocked: bool,
    /// Whether lists leave it out.
    pub archived: bool,
    /// Metadata of the client.
    pub metadata: JsonObject,
    /// The revision.
    pub revision: Revision,
}

impl Party {
    /// A new party.
    #[must_use]
    pub fn create(
        id: PartyId,
        organization: OrganizationId,
        draft: PartyDraft,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization,
            name: draft.name,
            number: draft.number,
            role: draft.role,
            vat_id: draft.vat_id,
            tax_number: draft.tax_number,
            registration: draft.registration,
            contact: draft.contact,
            address: draft.address,
            bank_account: draft.bank_account,
            debtor_account: draft.debtor_account,
            creditor_account: draft.creditor_account,
            payment_terms: draft.payment_terms,
            buyer_reference: draft.buyer_reference,
            leitweg_id: draft.leitweg_id,
            e_invoice_address: draft.e_invoice_address,
            unit_codes: draft.unit_codes,
            language: draft.language,
            note: draft.note,
            consumer: draft.consumer,
            dunning_blocked: draft.dunning_blocked,
            archived: draft.archived,
            metadata: draft.metadata,
            revision: Revision::first(at),
        }
    }

    /// The party after a change.
    #[must_use]
    pub fn change(mut self, changes: PartyChanges, at: Timestamp) -> Self {
        changes.number.apply(&mut self.number);
        changes.vat_id.apply(&mut self.vat_id);
        changes.tax_number.apply(&mut self.tax_number);
        changes.registration.apply(&mut self.registration);
        changes.debtor_account.apply(&mut self.debtor_account);
        changes.creditor_account.apply(&mut self.creditor_account);
        changes.payment_terms.apply(&mut self.payment_terms);
        changes.buyer_reference.apply(&mut self.buyer_reference);
        changes.leitweg_id.apply(&mut self.leitweg_id);
        changes.e_invoice_address.apply(&mut self.e_invoice_address);
        changes.language.apply(&mut self.language);
        changes.note.apply(&mut self.note);
        Self {
            name: changes.name.unwrap_or(self.name),
            role: changes.role.unwrap_or(self.role),
            contact: self.contact.change(changes.contact),
            address: self.address.change(changes.address),
            bank_account: self.bank_account.change(changes.bank_account),
            consumer: changes.consumer.unwrap_or(self.consumer),
            dunning_blocked: changes.dunning_blocked.unwrap_or(self.dunning_blocked),
            unit_codes: changes.unit_codes.unwrap_or(self.unit_codes),
            archived: changes.archived.unwrap_or(self.archived),
            revision: self.revision.next(at),
            ..self
        }
    }
}
