use uuid::Uuid;

use crate::{
    Address, AddressChanges, BankAccount, BankAccountChanges, Contact, ContactChanges,
    EInvoiceAddress, Invalid, Lines, Name, Patch, Text, VatId, codes,
};

/// The organization as it is named on the invoices that it issues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seller {
    /// The name in the register.
    pub legal_name: Option<Name>,
    /// The postal address.
    pub address: Address,
    /// The VAT id.
    pub vat_id: Option<VatId>,
    /// The tax number of its tax office.
    pub tax_number: Option<Text<50>>,
    /// The court that keeps the register.
    pub registration_court: Option<Text<100>>,
    /// The number in the register.
    pub registration_number: Option<Text<50>>,
    /// The managing directors.
    pub managing_directors: ManagingDirectors,
    /// Who is asked about an invoice.
    pub contact: Contact,
    /// Where it receives electronic messages about its e-invoices (BT-34); the e-mail address of the
    /// contact, where it has none.
    pub e_invoice_address: Option<EInvoiceAddress>,
    /// The account to which customers pay.
    pub bank_account: BankAccount,
    /// The text below each page.
    pub footer: Option<Lines<500>>,
    /// The identity of the document with the logo: PNG, JPEG or SVG. No `DocumentId`, since a
    /// document names its organization, whose settings these are.
    pub logo: Option<Uuid>,
    /// Whether it charges no VAT as a small business (§ 19 UStG).
    pub small_business: bool,
}

/// A change of the seller's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Seller")]
pub struct SellerChanges {
    pub legal_name: Patch<Name>,
    pub address: AddressChanges,
    pub vat_id: Patch<VatId>,
    pub tax_number: Patch<Text<50>>,
    pub registration_court: Patch<Text<100>>,
    pub registration_number: Patch<Text<50>>,
    pub managing_directors: Option<ManagingDirectors>,
    pub contact: ContactChanges,
    pub e_invoice_address: Patch<EInvoiceAddress>,
    pub bank_account: BankAccountChanges,
    pub footer: Patch<Lines<500>>,
    pub logo: Patch<Uuid>,
    pub small_business: Option<bool>,
}

impl Seller {
    /// The data after a change.
    #[must_use]
    pub fn change(mut self, changes: SellerChanges) -> Self {
        changes.legal_name.apply(&mut self.legal_name);
        changes.vat_id.apply(&mut self.vat_id);
        changes.tax_number.apply(&mut self.tax_number);
        changes.registration_court.apply(&mut self.registration_court);
        changes.registration_number.apply(&mut self.registration_number);
        changes.e_invoice_address.apply(&mut self.e_invoice_address);
        changes.footer.apply(&mut self.footer);
        changes.logo.apply(&mut self.logo);
        Self {
            address: self.address.change(changes.address),
            managing_directors: changes.managing_directors.unwrap_or(self.managing_directors),
            contact: self.contact.change(changes.contact),
            bank_account: self.bank_account.change(changes.bank_account),
            small_business: changes.small_business.unwrap_or(self.small_business),
            ..self
        }
    }

    /// What has to be given before an invoice can be issued, as the API names it; nothing for a
    /// complete seller.
    ///
    /// The name, the address, and the VAT id or tax number are required by § 14 UStG, the contact and
    /// the account by XRechnung (rules BR-DE-1 to BR-DE-7), as which every issued invoice can be read.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let Self { address, contact, bank_account, .. } = self;
        let given = [
            ("legal_name", self.legal_name.is_some()),
            ("address.street", address.street.is_some()),
            ("address.postal_code", address.postal_code.is_some()),
            ("address.city", address.city.is_some()),
            ("address.country", address.country.is_some()),
            ("vat_id or tax_number", self.vat_id.is_some() || self.tax_number.is_some()),
            ("contact.name", contact.name.is_some()),
            ("contact.email", contact.email.is_some()),
            ("contact.phone", contact.phone.is_some()),
            ("bank_account.iban", bank_account.iban.is_some()),
        ];
        given.into_iter().filter(|(_, is_given)| !is_given).map(|(name, _)| name).collect()
    }
}

impl SellerChanges {
    /// The change that removes everything.
    #[must_use]
    pub fn clear() -> Self {
        Self {
            legal_name: Patch::Clear,
            address: AddressChanges::clear(),
            vat_id: Patch::Clear,
            tax_number: Patch::Clear,
            registration_court: Patch::Clear,
            registration_number: Patch::Clear,
            managing_directors: Some(ManagingDirectors::default()),
            contact: ContactChanges::clear(),
            e_invoice_address: Patch::Clear,
            bank_account: BankAccountChanges::clear(),
            footer: Patch::Clear,
            logo: Patch::Clear,
            small_business: Some(false),
        }
    }
}

/// The names of managing directors: at most 10.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ManagingDirectors(Vec<Text<100>>);

impl ManagingDirectors {
    /// The most names.
    pub const MAX: usize = 10;

    /// Parses the names, in their order.
    pub fn parse(names: &[String]) -> Result<Self, Invalid> {
        if names.len() > Self::MAX {
            let detail = format!("at most {} names", Self::MAX);
            return Err(Invalid::new(codes::LIST_TOO_LONG, detail));
        }
        names.iter().map(|name| Text::parse(name)).collect::<Result<_, _>>().map(Self)
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Text::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Country, Email, Iban};

    fn complete() -> Seller {
        Seller {
            legal_name: Name::parse("Hochbau Nord GmbH").ok(),
            address: Address {
                street: Text::parse("Kai 7").ok(),
                postal_code: Text::parse("20457").ok(),
                city: Text::parse("Hamburg").ok(),
                country: Country::parse("DE").ok(),
                ..Address::default()
            },
            tax_number: Text::parse("22/815/08156").ok(),
            contact: Contact {
                name: Name::parse("Ada").ok(),
                email: Email::parse("ada@example.com").ok(),
                phone: Text::parse("+49 40 1").ok(),
            },
            bank_account: BankAccount {
                iban: Iban::parse("DE89370400440532013000").ok(),
                ..BankAccount::default()
            },
            ..Seller::default()
        }
    }

    #[test]
    fn a_complete_seller_misses_nothing_and_an_empty_one_everything() {
        assert_eq!(complete().missing(), [""; 0]);
        assert_eq!(Seller::default().missing().len(), 10);
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut seller = complete();
        seller.address.city = None;
        seller.tax_number = None;
        assert_eq!(seller.missing(), ["address.city", "vat_id or tax_number"]);
        seller.vat_id = VatId::parse("DE136695976").ok();
        assert_eq!(seller.missing(), ["address.city"]);
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name_and_clearing_removes_everything() {
        let changes = SellerChanges { small_business: Some(true), ..SellerChanges::default() };
        let changed = complete().change(changes);
        assert_eq!(changed, Seller { small_business: true, ..complete() });
        let full = Seller {
            managing_directors: ManagingDirectors::parse(&["A".into()]).unwrap(),
            ..changed
        };
        assert_eq!(full.change(SellerChanges::clear()), Seller::default());
    }

    #[test]
    fn managing_directors_have_names_and_are_at_most_ten() {
        assert!(ManagingDirectors::parse(&vec!["A".to_owned(); 10]).is_ok());
        let many = ManagingDirectors::parse(&vec!["A".to_owned(); 11]).unwrap_err();
        assert_eq!(many.code, codes::LIST_TOO_LONG);
        assert_eq!(
            ManagingDirectors::parse(&[" ".to_owned()]).unwrap_err().code,
            codes::TEXT_EMPTY
        );
    }
}
