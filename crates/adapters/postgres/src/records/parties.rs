use plinth_domain::{
    Address, BankAccount, Bic, Contact, Country, EInvoiceAddress, EInvoiceScheme, Iban,
    InvoiceDirection, Language, LeitwegId, OrganizationId, Party, PartyRole, VatId,
};
use plinth_ports::{
    Result,
    records::parties::{PartyFilter, PartySort},
};
use sea_orm::{Condition, Set, entity::prelude::*, sea_query::Expr};

use super::{Stored, unit_codes};
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    scoped::{Places, places},
    value::{name, set, text},
};

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "parties")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub number: Option<String>,
    pub role: String,
    pub vat_id: Option<String>,
    pub tax_number: Option<String>,
    pub registration: Option<String>,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub street: Option<String>,
    pub additional: Option<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    pub iban: Option<String>,
    pub bic: Option<String>,
    pub bank_name: Option<String>,
    pub account_holder: Option<String>,
    pub debtor_account: Option<String>,
    pub creditor_account: Option<String>,
    pub payment_terms_days: Option<i16>,
    pub buyer_reference: Option<String>,
    pub leitweg_id: Option<String>,
    pub e_invoice_scheme: Option<String>,
    pub e_invoice_id: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub unit_codes: String,
    pub language: Option<String>,
    pub note: Option<String>,
    pub consumer: bool,
    pub dunning_blocked: bool,
    pub archived: bool,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(PartyRole, Language);
text!(
    VatId: VatId::parse,
    Country: Country::parse,
    Iban: Iban::parse,
    Bic: Bic::parse,
    LeitwegId: LeitwegId::parse,
    EInvoiceScheme: EInvoiceScheme::parse,
);

impl FromRow for Party {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let scheme: Option<EInvoiceScheme> = row.value(Column::EInvoiceScheme)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            number: row.value(Column::Number)?,
            role: row.value(Column::Role)?,
            vat_id: row.value(Column::VatId)?,
            tax_number: row.value(Column::TaxNumber)?,
            registration: row.value(Column::Registration)?,
            contact: Contact {
                name: row.value(Column::ContactName)?,
                email: row.value(Column::ContactEmail)?,
                phone: row.value(Column::ContactPhone)?,
            },
            address: Address {
                street: row.value(Column::Street)?,
                additional: row.value(Column::Additional)?,
                postal_code: row.value(Column::PostalCode)?,
                city: row.value(Column::City)?,
                region: row.value(Column::Region)?,
                country: row.value(Column::Country)?,
            },
            bank_account: BankAccount {
                iban: row.value(Column::Iban)?,
                bic: row.value(Column::Bic)?,
                bank_name: row.value(Column::BankName)?,
                holder: row.value(Column::AccountHolder)?,
            },
            debtor_account: row.value(Column::DebtorAccount)?,
            creditor_account: row.value(Column::CreditorAccount)?,
            payment_terms: row.value(Column::PaymentTermsDays)?,
            buyer_reference: row.value(Column::BuyerReference)?,
            leitweg_id: row.value(Column::LeitwegId)?,
            e_invoice_address: match scheme {
                Some(scheme) => {
                    Some(EInvoiceAddress { scheme, id: row.value(Column::EInvoiceId)? })
                }
                None => None,
            },
            unit_codes: unit_codes::read(row.get(Column::UnitCodes)?)
                .ok_or_else(|| corrupt::<Entity>(Column::UnitCodes))?,
            language: row.value(Column::Language)?,
            note: row.value(Column::Note)?,
            consumer: row.get(Column::Consumer)?,
            dunning_blocked: row.get(Column::DunningBlocked)?,
            archived: row.get(Column::Archived)?,
            metadata: row.value(Column::Metadata)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Party {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("parties"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let e_invoice = self.e_invoice_address.as_ref();
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            number: set(&self.number),
            role: set(&self.role),
            vat_id: set(&self.vat_id),
            tax_number: set(&self.tax_number),
            registration: set(&self.registration),
            contact_name: set(&self.contact.name),
            contact_email: set(&self.contact.email),
            contact_phone: set(&self.contact.phone),
            street: set(&self.address.street),
            additional: set(&self.address.additional),
            postal_code: set(&self.address.postal_code),
            city: set(&self.address.city),
            region: set(&self.address.region),
            country: set(&self.address.country),
            iban: set(&self.bank_account.iban),
            bic: set(&self.bank_account.bic),
            bank_name: set(&self.bank_account.bank_name),
            account_holder: set(&self.bank_account.holder),
            debtor_account: set(&self.debtor_account),
            creditor_account: set(&self.creditor_account),
            payment_terms_days: set(&self.payment_terms),
            buyer_reference: set(&self.buyer_reference),
            leitweg_id: set(&self.leitweg_id),
            e_invoice_scheme: set(&e_invoice.map(|address| address.scheme)),
            e_invoice_id: set(&e_invoice.map(|address| address.id.clone())),
            unit_codes: Set(unit_codes::text(&self.unit_codes)),
            language: set(&self.language),
            note: set(&self.note),
            consumer: Set(self.consumer),
            dunning_blocked: Set(self.dunning_blocked),
            archived: Set(self.archived),
            metadata: set(&self.metadata),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &PartyFilter) -> Condition {
        Condition::all()
            .add_option(filter.number.as_ref().map(|number| Column::Number.eq(number.as_str())))
            .add_option(filter.vat_id.as_ref().map(|id| Column::VatId.eq(id.as_str())))
            .add_option(filter.iban.as_ref().map(|iban| Column::Iban.eq(iban.as_str())))
            .add_option(filter.name.as_ref().map(|name| Column::Name.eq(name.as_str())))
            .add_option(filter.without_account.map(without_account))
            .add_option(list::one_of(Column::Role, &filter.role, PartyRole::name))
            .add_option(list::one_of(Column::Country, &filter.country, |c| c.as_str()))
            .add_option(filter.archived.map(archived))
    }

    fn column(sort: PartySort) -> Column {
        match sort {
            PartySort::CreatedAt => Column::CreatedAt,
            PartySort::UpdatedAt => Column::UpdatedAt,
            PartySort::Name => Column::Name,
        }
    }
}

fn without_account(direction: InvoiceDirection) -> Condition {
    let (role, account) = match direction {
        InvoiceDirection::Receivable => (PartyRole::Customer, Column::DebtorAccount),
        InvoiceDirection::Payable => (PartyRole::Supplier, Column::CreditorAccount),
    };
    let acts = Column::Role.is_in([role, PartyRole::Both].map(PartyRole::name));
    Condition::all().add(acts).add(account.is_null())
}

/// A literal, as in the indexes of the parties that are not archived: the planner takes them only for
/// a condition without parameters.
fn archived(is_archived: bool) -> Expr {
    Expr::cust(if is_archived { "parties.archived" } else { "NOT parties.archived" })
}
