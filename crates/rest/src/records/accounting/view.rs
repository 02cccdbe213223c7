use chrono::NaiveDate;
use plinth_application::accounting::{Assigned, ListedEntry};
use plinth_domain::{
    Money, VatId,
    accounting::{AccountNumber, AccountRule, Posted, Region, TaxKey},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    money::MoneyBody,
    organization::{AccountPurposeName, RegionName},
    priced::VatCategoryName,
    values::names,
};

names! {
    /// What an entry is about. A `payment` settles a document on its day; money that settles nothing
    /// yet is a `deposit`, and its `settlement` comes later.
    EntryKindName = Invoice, CreditNote, Payment, Deposit, Settlement, CashDiscount, WriteOff
}

/// One side of an entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostedAccount)]
pub(crate) struct PostedView {
    #[schema(example = "1400")]
    account: String,
    #[schema(value_type = AccountPurposeName)]
    purpose: &'static str,
    /// The account of the party, where this one collects those of customers or suppliers.
    #[schema(example = "10001")]
    party_account: Option<String>,
}

impl From<&Posted> for PostedView {
    fn from(posted: &Posted) -> Self {
        Self {
            account: posted.account.as_str().to_owned(),
            purpose: posted.purpose.name(),
            party_account: text(posted.party_account.as_ref()),
        }
    }
}

/// One amount that is moved from the credit of an account to the debit of another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct EntryView {
    /// The invoice, the payment or the allocation that it is made of.
    source_id: Uuid,
    /// Its place among the entries of the source.
    #[schema(minimum = 0)]
    part: u16,
    #[schema(value_type = EntryKindName)]
    kind: &'static str,
    /// The day on which it counts.
    booked_on: NaiveDate,
    /// The number of the document; the reference of a payment that settles nothing.
    #[schema(example = "RE-2026-00042")]
    document: Option<String>,
    /// The number that the supplier gave to it.
    supplier_number: Option<String>,
    /// When the document is to be paid.
    due_on: Option<NaiveDate>,
    debit: PostedView,
    credit: PostedView,
    /// With VAT; above 0.
    amount: MoneyBody,
    /// The VAT in the amount.
    tax: MoneyBody,
    #[schema(value_type = Option<VatCategoryName>)]
    vat_category: Option<&'static str>,
    #[schema(minimum = 0, maximum = 10_000)]
    rate_basis_points: Option<u16>,
    /// The key by which the VAT is taken out; none, where the account does that by itself.
    #[schema(example = "9")]
    tax_key: Option<String>,
    party_id: Uuid,
    /// The name of the party: on a document, as it was then.
    #[schema(example = "Hafenamt Hamburg")]
    party_name: String,
    party_vat_id: Option<String>,
    /// Where the party is, seen from the organization.
    #[schema(value_type = Option<RegionName>)]
    region: Option<&'static str>,
    /// Whether the books are closed on this day.
    closed: bool,
}

impl From<ListedEntry> for EntryView {
    fn from(ListedEntry { entry, is_closed }: ListedEntry) -> Self {
        let money =
            |amount_minor| MoneyBody::from(Money { amount_minor, currency: entry.currency });
        Self {
            source_id: entry.source,
            part: entry.part,
            kind: entry.kind.name(),
            booked_on: entry.on,
            debit: entry.debit().into(),
            credit: entry.credit().into(),
            amount: money(entry.amount),
            tax: money(entry.tax),
            vat_category: entry.vat.map(|vat| vat.category().name()),
            rate_basis_points: entry.vat.map(|vat| vat.rate().points()),
            tax_key: entry.tax_key.as_ref().map(|key| key.as_str().to_owned()),
            party_id: entry.party.id.uuid(),
            party_name: entry.party.name.as_str().to_owned(),
            party_vat_id: entry.party.vat_id.as_ref().map(VatId::as_str).map(str::to_owned),
            region: entry.region.map(Region::name),
            due_on: entry.due_on,
            document: entry.document,
            supplier_number: entry.supplier_number,
            closed: is_closed,
        }
    }
}

/// An account that is posted to. Without VAT or region it is for all of them that have no other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountView {
    #[schema(value_type = AccountPurposeName)]
    purpose: &'static str,
    #[schema(value_type = Option<VatCategoryName>)]
    vat_category: Option<&'static str>,
    #[schema(minimum = 0, maximum = 10_000)]
    rate_basis_points: Option<u16>,
    #[schema(value_type = Option<RegionName>)]
    region: Option<&'static str>,
    #[schema(example = "8400")]
    account: String,
    #[schema(example = "9")]
    tax_key: Option<String>,
}

impl From<AccountRule> for AccountView {
    fn from(rule: AccountRule) -> Self {
        Self {
            purpose: rule.purpose.name(),
            vat_category: rule.vat.map(|vat| vat.category().name()),
            rate_basis_points: rule.vat.map(|vat| vat.rate().points()),
            region: rule.region.map(Region::name),
            account: rule.account.as_str().to_owned(),
            tax_key: rule.tax_key.as_ref().map(TaxKey::as_str).map(str::to_owned),
        }
    }
}

/// What became of parties without an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssignedAccounts)]
pub(crate) struct AssignedView {
    /// How many accounts of customers were given.
    debtors: usize,
    /// How many accounts of suppliers were given.
    creditors: usize,
    /// Whether there are more parties without an account: repeat the request.
    has_more: bool,
}

impl From<Assigned> for AssignedView {
    fn from(assigned: Assigned) -> Self {
        let Assigned { debtors, creditors, has_more } = assigned;
        Self { debtors, creditors, has_more }
    }
}

fn text(account: Option<&AccountNumber>) -> Option<String> {
    account.map(|account| account.as_str().to_owned())
}
