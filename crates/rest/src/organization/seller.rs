use plinth_domain::{
    Document, Id, Lines, ManagingDirectors, Name, Patch, Seller, SellerChanges, Text, VatId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    groups::{
        AddressBody, AddressPatch, BankAccountBody, BankAccountPatch, ContactBody, ContactPatch,
        EInvoiceAddressBody,
    },
    json::{Faults, Merge},
    values::identity,
};

/// The organization as it is named on the invoices that it issues.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Seller)]
pub(super) struct SellerView {
    #[schema(example = "Hochbau Nord GmbH")]
    legal_name: Option<String>,
    address: AddressBody,
    #[schema(example = "DE136695976")]
    vat_id: Option<String>,
    #[schema(example = "22/815/08156")]
    tax_number: Option<String>,
    #[schema(example = "Amtsgericht Hamburg")]
    registration_court: Option<String>,
    #[schema(example = "HRB 12345")]
    registration_number: Option<String>,
    managing_directors: Vec<String>,
    contact: ContactBody,
    /// The electronic address that e-invoices state (BT-34); the e-mail address of the contact,
    /// where it is absent.
    #[schema(value_type = Option<EInvoiceAddressBody>)]
    e_invoice_address: Option<EInvoiceAddressBody>,
    bank_account: BankAccountBody,
    /// The text below each page.
    footer: Option<String>,
    /// The document with the logo. One that was removed is as none.
    logo_document_id: Option<Uuid>,
    /// Whether it charges no VAT as a small business (§ 19 UStG).
    small_business: bool,
    /// What has to be given before an invoice can be issued.
    #[schema(example = json!(["address.city", "vat_id or tax_number"]))]
    missing: Vec<&'static str>,
}

impl From<&Seller> for SellerView {
    fn from(seller: &Seller) -> Self {
        Self {
            legal_name: seller.legal_name.as_ref().map(|name| name.as_str().to_owned()),
            address: AddressBody::from(&seller.address),
            vat_id: seller.vat_id.as_ref().map(|id| id.as_str().to_owned()),
            tax_number: seller.tax_number.as_ref().map(|text| text.as_str().to_owned()),
            registration_court: seller
                .registration_court
                .as_ref()
                .map(|text| text.as_str().to_owned()),
            registration_number: seller
                .registration_number
                .as_ref()
                .map(|text| text.as_str().to_owned()),
            managing_directors: seller.managing_directors.names().map(str::to_owned).collect(),
            contact: ContactBody::from(&seller.contact),
            e_invoice_address: seller.e_invoice_address.as_ref().map(EInvoiceAddressBody::from),
            bank_account: BankAccountBody::from(&seller.bank_account),
            footer: seller.footer.as_ref().map(|text| text.as_str().to_owned()),
            logo_document_id: seller.logo,
            small_business: seller.small_business,
            missing: seller.missing(),
        }
    }
}

/// A change to the seller's data: a merge patch. `null` clears a value.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SellerPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Hochbau Nord GmbH")]
    legal_name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<AddressPatch>)]
    address: Merge<AddressPatch>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 4, max_length = 40, example = "DE136695976")]
    vat_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50, example = "22/815/08156")]
    tax_number: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, example = "Amtsgericht Hamburg")]
    registration_court: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50, example = "HRB 12345")]
    registration_number: Merge<String>,
    /// At most 10 names of at most 100 characters.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    managing_directors: Merge<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<ContactPatch>)]
    contact: Merge<ContactPatch>,
    #[serde(default)]
    #[schema(value_type = Option<EInvoiceAddressBody>)]
    e_invoice_address: Merge<EInvoiceAddressBody>,
    #[serde(default)]
    #[schema(value_type = Option<BankAccountPatch>)]
    bank_account: Merge<BankAccountPatch>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    footer: Merge<String>,
    /// A document of the organization: PNG, JPEG or SVG.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    logo_document_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = bool)]
    small_business: Merge<bool>,
}

impl Merge<SellerPatch> {
    /// The changes of the seller at the pointer `at`; `null` clears all data.
    pub(super) fn changes(self, f: &mut Faults, at: &str) -> Option<SellerChanges> {
        match self.0 {
            None => Some(SellerChanges::default()),
            Some(None) => Some(SellerChanges::clear()),
            Some(Some(patch)) => patch.check(f, at),
        }
    }
}

impl SellerPatch {
    fn check(self, f: &mut Faults, at: &str) -> Option<SellerChanges> {
        let place = |field: &str| format!("{at}/{field}");
        let legal_name =
            self.legal_name.optional(f, &place("legal_name"), |name| Name::parse(&name));
        let address = self.address.changes(f, &place("address"));
        let vat_id = self.vat_id.optional(f, &place("vat_id"), |id| VatId::parse(&id));
        let tax_number =
            self.tax_number.optional(f, &place("tax_number"), |text| Text::parse(&text));
        let registration_court =
            self.registration_court
                .optional(f, &place("registration_court"), |text| Text::parse(&text));
        let registration_number =
            self.registration_number
                .optional(f, &place("registration_number"), |text| Text::parse(&text));
        let managing_directors = match self.managing_directors.0 {
            None => Some(None),
            Some(names) => {
                let names = ManagingDirectors::parse(&names.unwrap_or_default());
                f.check(&place("managing_directors"), names).map(Some)
            }
        };
        let contact = self.contact.changes(f, &place("contact"));
        let e_invoice_address = match self.e_invoice_address.0 {
            None => Some(Patch::Keep),
            Some(None) => Some(Patch::Clear),
            Some(Some(address)) => address.check(f, &place("e_invoice_address")).map(Patch::Set),
        };
        let bank_account = self.bank_account.changes(f, &place("bank_account"));
        let footer = self.footer.optional(f, &place("footer"), |text| Lines::parse(&text));
        let logo = self
            .logo_document_id
            .optional(f, &place("logo_document_id"), |id| identity::<Document>(&id).map(Id::uuid));
        let small_business = self.small_business.required(f, &place("small_business"), Ok);
        Some(SellerChanges {
            legal_name: legal_name?,
            address: address?,
            vat_id: vat_id?,
            tax_number: tax_number?,
            registration_court: registration_court?,
            registration_number: registration_number?,
            managing_directors: managing_directors?,
            contact: contact?,
            e_invoice_address: e_invoice_address?,
            bank_account: bank_account?,
            footer: footer?,
            logo: logo?,
            small_business: small_business?,
        })
    }
}
