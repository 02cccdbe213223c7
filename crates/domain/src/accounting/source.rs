use chrono::NaiveDate;
use uuid::Uuid;

use super::{AccountNumber, Region};
use crate::{
    AllocationId, AllocationKind, Country, Currency, DocumentParty, Invoice, InvoiceDirection,
    InvoiceId, InvoiceKind, Name, PartyId, PaymentDirection, PaymentId, PaymentMethod, Text, VatId,
    pricing::VatRow,
};

/// A customer or a supplier in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedParty {
    /// The identity.
    pub id: PartyId,
    /// The name: on a document, as it was then.
    pub name: Name,
    /// The VAT id on the document.
    pub vat_id: Option<VatId>,
    /// Its account as a customer, as it is now.
    pub debtor_account: Option<AccountNumber>,
    /// Its account as a supplier, as it is now.
    pub creditor_account: Option<AccountNumber>,
}

/// An issued document that was not withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The identity.
    pub id: InvoiceId,
    /// The day on which it counts.
    pub on: NaiveDate,
    /// Whose claim it is.
    pub direction: InvoiceDirection,
    /// What it is for.
    pub kind: InvoiceKind,
    /// The number of the organization.
    pub number: String,
    /// The number of the supplier.
    pub supplier_number: Option<Text<100>>,
    /// When it is to be paid.
    pub due_on: Option<NaiveDate>,
    /// The currency.
    pub currency: Currency,
    /// The VAT breakdown.
    pub vat: Vec<VatRow>,
    /// What a final invoice deducts.
    pub deducted: Vec<VatRow>,
    /// What is deducted in all, in minor units.
    pub prepaid: i64,
    /// The amount due, in minor units.
    pub due: i64,
    /// The other side.
    pub party: BookedParty,
    /// Where the other side is.
    pub region: Region,
}

/// What of a payment does not settle an invoice on the day of the payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedPayment {
    /// The identity.
    pub id: PaymentId,
    /// The day of the payment.
    pub on: NaiveDate,
    /// Which way the money went.
    pub direction: PaymentDirection,
    /// Which way the first payment went: this one itself, or the one that it takes or pays back.
    pub origin: PaymentDirection,
    /// How it was paid.
    pub method: PaymentMethod,
    /// What identifies it.
    pub reference: Option<Text<140>>,
    /// The currency.
    pub currency: Currency,
    /// What settles nothing on that day, in minor units.
    pub rest: i64,
    /// The other side.
    pub party: BookedParty,
}

/// What settles a part of an invoice, or takes it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedAllocation {
    /// The identity.
    pub id: AllocationId,
    /// The day from which it counts.
    pub on: NaiveDate,
    /// What settles it.
    pub kind: AllocationKind,
    /// The amount in minor units; below 0 takes back.
    pub amount: i64,
    /// The payment: the way of the first one, how it was paid, and whether it is of the same day.
    pub payment: Option<(PaymentDirection, PaymentMethod, bool)>,
    /// What is settled.
    pub invoice: Booked,
}

/// What entries are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An issued document.
    Invoice(Booked),
    /// A payment.
    Payment(BookedPayment),
    /// What settles an invoice.
    Allocation(BookedAllocation),
}

impl Source {
    /// Its place in the order of the entries: the day, and the identity.
    #[must_use]
    pub const fn place(&self) -> (NaiveDate, Uuid) {
        match self {
            Self::Invoice(one) => (one.on, one.id.uuid()),
            Self::Payment(one) => (one.on, one.id.uuid()),
            Self::Allocation(one) => (one.on, one.id.uuid()),
        }
    }
}

impl Booked {
    /// An issued document with the accounts of the other side; `None` for a draft and for one that was
    /// withdrawn.
    #[must_use]
    pub fn of(invoice: &Invoice, accounts: [Option<AccountNumber>; 2]) -> Option<Self> {
        let content = &invoice.content;
        let (own, other) = invoice.sides()?;
        let [debtor_account, creditor_account] = accounts;
        Some(Self {
            id: invoice.id,
            on: invoice.posting_date()?,
            direction: content.direction,
            kind: content.kind,
            number: invoice.number.as_ref()?.as_str().to_owned(),
            supplier_number: content.supplier_number.clone(),
            due_on: content.due_on,
            currency: content.currency,
            vat: invoice.totals.vat.clone(),
            deducted: invoice.deductions.iter().flat_map(|one| one.vat.clone()).collect(),
            prepaid: invoice.totals.prepaid,
            due: invoice.totals.due,
            region: Region::between(own, other),
            party: BookedParty {
                id: content.party,
                name: other.name.clone(),
                vat_id: other.vat_id.clone(),
                debtor_account,
                creditor_account,
            },
        })
    }

    /// 1, where what is due of it is a claim of the organization, and -1, where it is a debt.
    pub(super) const fn sign(&self) -> i64 {
        let of_direction = match self.direction {
            InvoiceDirection::Receivable => 1,
            InvoiceDirection::Payable => -1,
        };
        match self.kind {
            InvoiceKind::CreditNote => -of_direction,
            InvoiceKind::Standard | InvoiceKind::Partial | InvoiceKind::Final => of_direction,
        }
    }
}

impl Invoice {
    /// The day on which it counts in the books; `None` for a draft and for one that was withdrawn.
    #[must_use]
    pub fn posting_date(&self) -> Option<NaiveDate> {
        self.content.booked_on.filter(|_| self.status.is_booked())
    }

    /// The organization and the other side, from the issue on.
    fn sides(&self) -> Option<(&DocumentParty, &DocumentParty)> {
        let parties = self.parties.as_ref()?;
        Some(match self.content.direction {
            InvoiceDirection::Receivable => (&parties.seller, &parties.buyer),
            InvoiceDirection::Payable => (&parties.buyer, &parties.seller),
        })
    }
}

/// The member states of the European Union (ISO 3166-1).
const UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl Region {
    /// Where the other side is.
    #[must_use]
    pub fn between(own: &DocumentParty, other: &DocumentParty) -> Self {
        match (country(own), country(other)) {
            (Some(own), Some(other)) if own != other => {
                if UNION.contains(&other) {
                    Self::Eu
                } else {
                    Self::Abroad
                }
            }
            _ => Self::Domestic,
        }
    }
}

/// The country of the address; that of the VAT id, where the address has none.
fn country(party: &DocumentParty) -> Option<&str> {
    let of_id = |id: &VatId| match id.as_str().get(..2) {
        Some("EL") => Some("GR"),
        _ => id.as_str().get(..2).and_then(|code| Country::parse(code).ok()).map(|c| c.as_str()),
    };
    let of_address = party.address.country.map(|country| country.as_str());
    of_address.or_else(|| party.vat_id.as_ref().and_then(of_id))
}
