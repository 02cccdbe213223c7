use chrono::{DateTime, Utc};
use plinth_application::{crud::Create, parties::PartyUpdate};
use plinth_domain::{
    Description, Invalid, Language, LeitwegId, Name, Party, PartyChanges, PartyDraft, PartyRole,
    Patch, PaymentTerms, Text, VatId, accounting::AccountNumber,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use super::units::{UnitCodeBody, unit_codes};
use crate::{
    groups::{
        AddressBody, AddressPatch, BankAccountBody, BankAccountPatch, ContactBody, ContactPatch,
        EInvoiceAddressBody,
    },
    json::{Faults, Form, Merge},
    values::{known, names, object},
};

names! {
    /// What a party is to the organization.
    PartyRoleName = Customer, Supplier, Both
}

names! {
    /// A language of documents (ISO 639-1).
    LanguageName = De, En
}

/// A customer or a supplier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartyView {
    id: Uuid,
    #[schema(example = "Hafenamt Hamburg")]
    name: String,
    /// The number that the organization gives to it, unique in the organization.
    #[schema(example = "K-1007")]
    number: Option<String>,
    #[schema(value_type = PartyRoleName)]
    role: &'static str,
    /// The VAT id with its country, without blanks.
    #[schema(example = "DE136695976")]
    vat_id: Option<String>,
    #[schema(example = "22/815/08156")]
    tax_number: Option<String>,
    #[schema(example = "HRB 12345, Amtsgericht Hamburg")]
    registration: Option<String>,
    contact: ContactBody,
    address: AddressBody,
    bank_account: BankAccountBody,
    /// Its account as a customer in the books, unique in the organization.
    #[schema(example = "10001")]
    debtor_account: Option<String>,
    /// Its account as a supplier in the books, unique in the organization.
    #[schema(example = "70001")]
    creditor_account: Option<String>,
    /// The days in which it pays; those of the organization, where it has none.
    #[schema(minimum = 0, maximum = 365)]
    payment_terms_days: Option<u16>,
    /// The reference that it wants on its invoices (BT-10 of EN 16931).
    buyer_reference: Option<String>,
    #[schema(example = "04011000-1234512345-06")]
    leitweg_id: Option<String>,
    #[schema(value_type = Option<EInvoiceAddressBody>)]
    e_invoice_address: Option<EInvoiceAddressBody>,
    /// The units that it wants in electronic invoices; the invoice itself keeps its own.
    #[schema(max_items = 20)]
    unit_codes: Vec<UnitCodeBody>,
    /// The language of its documents; that of the organization, where it has none.
    #[schema(value_type = Option<LanguageName>)]
    language: Option<&'static str>,
    note: Option<String>,
    /// Whether it buys as a consumer, for whom the law of default differs.
    consumer: bool,
    /// Whether none of its invoices is dunned.
    dunning_blocked: bool,
    /// Whether lists leave it out.
    archived: bool,
    /// Free-form data of the client.
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Party> for PartyView {
    fn from(party: Party) -> Self {
        Self {
            id: party.id.uuid(),
            name: party.name.as_str().to_owned(),
            number: party.number.map(|text| text.as_str().to_owned()),
            role: party.role.name(),
            vat_id: party.vat_id.map(|id| id.as_str().to_owned()),
            tax_number: party.tax_number.map(|text| text.as_str().to_owned()),
            registration: party.registration.map(|text| text.as_str().to_owned()),
            contact: ContactBody::from(&party.contact),
            address: AddressBody::from(&party.address),
            bank_account: BankAccountBody::from(&party.bank_account),
            debtor_account: party.debtor_account.map(|account| account.as_str().to_owned()),
            creditor_account: party.creditor_account.map(|account| account.as_str().to_owned()),
            payment_terms_days: party.payment_terms.map(PaymentTerms::days),
            buyer_reference: party.buyer_reference.map(|text| text.as_str().to_owned()),
            leitweg_id: party.leitweg_id.map(|id| id.as_str().to_owned()),
            e_invoice_address: party.e_invoice_address.as_ref().map(EInvoiceAddressBody::from),
            unit_codes: party.unit_codes.pairs().iter().map(UnitCodeBody::from).collect(),
            language: party.language.map(Language::name),
            note: party.note.map(|text| text.as_str().to_owned()),
            consumer: party.consumer,
            dunning_blocked: party.dunning_blocked,
            archived: party.archived,
            metadata: RawValue::from_string(party.metadata.into_string()).ok(),
            version: party.revision.version.number(),
            created_at: party.revision.created_at,
            updated_at: party.revision.updated_at,
        }
    }
}

/// A new party.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewParty {
    #[schema(min_length = 1, max_length = 200, example = "Hafenamt Hamburg")]
    name: String,
    #[schema(min_length = 1, max_length = 32, example = "K-1007")]
    number: Option<String>,
    #[schema(value_type = PartyRoleName, example = "customer")]
    role: String,
    /// Checked by the form and the check digit of its country, where that is in the European Union.
    #[schema(min_length = 4, max_length = 40, example = "DE136695976")]
    vat_id: Option<String>,
    #[schema(min_length = 1, max_length = 50, example = "22/815/08156")]
    tax_number: Option<String>,
    #[schema(min_length = 1, max_length = 100, example = "HRB 12345, Amtsgericht Hamburg")]
    registration: Option<String>,
    contact: Option<ContactBody>,
    address: Option<AddressBody>,
    bank_account: Option<BankAccountBody>,
    #[schema(pattern = "^[A-Za-z0-9.-]{1,20}$", example = "10001")]
    debtor_account: Option<String>,
    #[schema(pattern = "^[A-Za-z0-9.-]{1,20}$", example = "70001")]
    creditor_account: Option<String>,
    #[schema(minimum = 0, maximum = 365, example = 14)]
    payment_terms_days: Option<u16>,
    #[schema(min_length = 1, max_length = 100, example = "Bau 7")]
    buyer_reference: Option<String>,
    #[schema(min_length = 5, max_length = 46, example = "04011000-1234512345-06")]
    leitweg_id: Option<String>,
    e_invoice_address: Option<EInvoiceAddressBody>,
    #[serde(default)]
    #[schema(max_items = 20)]
    unit_codes: Vec<UnitCodeBody>,
    #[schema(value_type = Option<LanguageName>)]
    language: Option<String>,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Pays late"
    )]
    note: Option<String>,
    /// Whether it buys as a consumer. Defaults to `false`.
    #[serde(default, deserialize_with = "crate::json::given")]
    #[schema(value_type = bool, default = false, required = false)]
    consumer: Option<bool>,
    /// Whether none of its invoices is dunned. Defaults to `false`.
    #[serde(default, deserialize_with = "crate::json::given")]
    #[schema(value_type = bool, default = false, required = false)]
    dunning_blocked: Option<bool>,
    /// Defaults to `false`.
    #[serde(default, deserialize_with = "crate::json::given")]
    #[schema(value_type = bool, default = false, required = false)]
    archived: Option<bool>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

impl Form for NewParty {
    type Value = Create<Party>;

    fn check(self, f: &mut Faults) -> Option<Create<Party>> {
        let name = f.check("/name", Name::parse(&self.name));
        let number = f.check_some("/number", self.number, |text| Text::parse(&text));
        let role = f.check("/role", role(&self.role));
        let vat_id = f.check_some("/vat_id", self.vat_id, |text| VatId::parse(&text));
        let tax_number = f.check_some("/tax_number", self.tax_number, |text| Text::parse(&text));
        let registration =
            f.check_some("/registration", self.registration, |text| Text::parse(&text));
        let contact = self.contact.unwrap_or_default().check(f, "/contact");
        let address = self.address.unwrap_or_default().check(f, "/address");
        let bank_account = self.bank_account.unwrap_or_default().check(f, "/bank_account");
        let account = |text: String| AccountNumber::parse(&text);
        let debtor_account = f.check_some("/debtor_account", self.debtor_account, account);
        let creditor_account = f.check_some("/creditor_account", self.creditor_account, account);
        let payment_terms =
            f.check_some("/payment_terms_days", self.payment_terms_days, PaymentTerms::from_days);
        let buyer_reference =
            f.check_some("/buyer_reference", self.buyer_reference, |text| Text::parse(&text));
        let leitweg_id =
            f.check_some("/leitweg_id", self.leitweg_id, |text| LeitwegId::parse(&text));
        let e_invoice_address = match self.e_invoice_address {
            Some(address) => address.check(f, "/e_invoice_address").map(Some),
            None => Some(None),
        };
        let unit_codes = unit_codes(f, self.unit_codes);
        let language = f.check_some("/language", self.language, |text| language(&text));
        let note = f.check_some("/note", self.note, Description::parse);
        let metadata = f.check_some("/metadata", self.metadata, |fields| object(&fields));
        let draft = PartyDraft {
            name: name?,
            number: number?,
            role: role?,
            vat_id: vat_id?,
            tax_number: tax_number?,
            registration: registration?,
            contact: contact?,
            address: address?,
            bank_account: bank_account?,
            debtor_account: debtor_account?,
            creditor_account: creditor_account?,
            payment_terms: payment_terms?,
            buyer_reference: buyer_reference?,
            leitweg_id: leitweg_id?,
            e_invoice_address: e_invoice_address?,
            unit_codes: unit_codes?,
            language: language?,
            note: note?,
            consumer: self.consumer.unwrap_or_default(),
            dunning_blocked: self.dunning_blocked.unwrap_or_default(),
            archived: self.archived.unwrap_or_default(),
            metadata: metadata?.unwrap_or_default(),
        };
        Some(Create { draft })
    }
}

/// A change to a party: a merge patch (RFC 7396). `null` clears a field or a group of fields; metadata
/// is merged key by key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 32, example = "K-1007")]
    number: Merge<String>,
    #[serde(default)]
    #[schema(value_type = PartyRoleName, example = "customer")]
    role: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 4, max_length = 40, example = "DE136695976")]
    vat_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50)]
    tax_number: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    registration: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<ContactPatch>)]
    contact: Merge<ContactPatch>,
    #[serde(default)]
    #[schema(value_type = Option<AddressPatch>)]
    address: Merge<AddressPatch>,
    #[serde(default)]
    #[schema(value_type = Option<BankAccountPatch>)]
    bank_account: Merge<BankAccountPatch>,
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z0-9.-]{1,20}$", example = "10001")]
    debtor_account: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z0-9.-]{1,20}$", example = "70001")]
    creditor_account: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<u16>, minimum = 0, maximum = 365, example = 14)]
    payment_terms_days: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    buyer_reference: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 46, example = "04011000-1234512345-06")]
    leitweg_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<EInvoiceAddressBody>)]
    e_invoice_address: Merge<EInvoiceAddressBody>,
    #[serde(default)]
    #[schema(value_type = Vec<UnitCodeBody>, max_items = 20)]
    unit_codes: Merge<Vec<UnitCodeBody>>,
    #[serde(default)]
    #[schema(value_type = Option<LanguageName>)]
    language: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Pays late")]
    note: Merge<String>,
    #[serde(default)]
    #[schema(value_type = bool, example = true)]
    consumer: Merge<bool>,
    #[serde(default)]
    #[schema(value_type = bool, example = true)]
    dunning_blocked: Merge<bool>,
    #[serde(default)]
    #[schema(value_type = bool, example = true)]
    archived: Merge<bool>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Merge<Map<String, Value>>,
}

impl Form for PartyPatch {
    type Value = PartyUpdate;

    fn check(self, f: &mut Faults) -> Option<PartyUpdate> {
        let name = self.name.required(f, "/name", |text| Name::parse(&text));
        let number = self.number.optional(f, "/number", |text| Text::parse(&text));
        let role = self.role.required(f, "/role", |text| role(&text));
        let vat_id = self.vat_id.optional(f, "/vat_id", |text| VatId::parse(&text));
        let tax_number = self.tax_number.optional(f, "/tax_number", |text| Text::parse(&text));
        let registration =
            self.registration.optional(f, "/registration", |text| Text::parse(&text));
        let contact = self.contact.changes(f, "/contact");
        let address = self.address.changes(f, "/address");
        let bank_account = self.bank_account.changes(f, "/bank_account");
        let account = |text: String| AccountNumber::parse(&text);
        let debtor_account = self.debtor_account.optional(f, "/debtor_account", account);
        let creditor_account = self.creditor_account.optional(f, "/creditor_account", account);
        let payment_terms =
            self.payment_terms_days.optional(f, "/payment_terms_days", PaymentTerms::from_days);
        let buyer_reference =
            self.buyer_reference.optional(f, "/buyer_reference", |text| Text::parse(&text));
        let leitweg_id = self.leitweg_id.optional(f, "/leitweg_id", |text| LeitwegId::parse(&text));
        let e_invoice_address = match self.e_invoice_address.0 {
            None => Some(Patch::Keep),
            Some(None) => Some(Patch::Clear),
            Some(Some(address)) => address.check(f, "/e_invoice_address").map(Patch::Set),
        };
        let unit_codes = match self.unit_codes.required(f, "/unit_codes", Ok) {
            Some(Some(pairs)) => unit_codes(f, pairs).map(Some),
            Some(None) => Some(None),
            None => None,
        };
        let language = self.language.optional(f, "/language", |text| language(&text));
        let note = self.note.optional(f, "/note", Description::parse);
        let consumer = self.consumer.required(f, "/consumer", Ok);
        let dunning_blocked = self.dunning_blocked.required(f, "/dunning_blocked", Ok);
        let archived = self.archived.required(f, "/archived", Ok);
        let metadata =
            self.metadata.required(f, "/metadata", |patch| object(&patch).map(|_| patch));
        let changes = PartyChanges {
            name: name?,
            number: number?,
            role: role?,
            vat_id: vat_id?,
            tax_number: tax_number?,
            registration: registration?,
            contact: contact?,
            address: address?,
            bank_account: bank_account?,
            debtor_account: debtor_account?,
            creditor_account: creditor_account?,
            payment_terms: payment_terms?,
            buyer_reference: buyer_reference?,
            leitweg_id: leitweg_id?,
            e_invoice_address: e_invoice_address?,
            unit_codes: unit_codes?,
            language: language?,
            note: note?,
            consumer: consumer?,
            dunning_blocked: dunning_blocked?,
            archived: archived?,
        };
        Some(PartyUpdate { changes, metadata: metadata? })
    }
}

fn role(text: &str) -> Result<PartyRole, Invalid> {
    known(text, PartyRole::from_name, &PartyRole::ALL.map(PartyRole::name))
}

pub(in crate::records) fn language(text: &str) -> Result<Language, Invalid> {
    known(text, Language::from_name, &Language::ALL.map(Language::name))
}
