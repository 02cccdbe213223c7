use plinth_domain::{
    Address, BankAccount, Bic, Contact, Country, Email, Iban, JsonObject, Name, Party, PartyDraft,
    PartyId, PartyRole, Permission, UnitCodes, VatId,
};
use plinth_ports::{
    Direction, OneOf, PageRequest, Sort,
    e_documents::ReceivedInvoice,
    records::parties::{PartyFilter, PartySort},
};

use super::{
    texts::{name, short},
    unbookable,
};
use crate::{AuditRecord, Context, Error};

/// The supplier that an invoice names. A new one is created when there is none.
pub(super) async fn of(
    ctx: &mut Context<'_>,
    received: &ReceivedInvoice,
) -> Result<(PartyId, Option<AuditRecord>), Error> {
    match known(ctx, received).await? {
        Some(party) => Ok((party, None)),
        None => create(ctx, draft(received)?).await,
    }
}

/// The supplier that a document names: the one with its VAT id, with its account, or with its name.
pub(super) async fn known(
    ctx: &mut Context<'_>,
    received: &ReceivedInvoice,
) -> Result<Option<PartyId>, Error> {
    ctx.access.require(Permission::PartyRead)?;
    let none = PartyFilter::default;
    let ways = [
        vat_id(received).map(|id| PartyFilter { vat_id: Some(id), ..none() }),
        account(received).iban.map(|iban| PartyFilter { iban: Some(iban), ..none() }),
        Some(PartyFilter { name: Some(named(received)?), ..none() }),
    ];
    for filter in ways.into_iter().flatten() {
        if let Some(party) = find(ctx, filter).await? {
            return Ok(Some(party));
        }
    }
    Ok(None)
}

fn named(received: &ReceivedInvoice) -> Result<Name, Error> {
    name(received.seller.name.as_deref()).ok_or_else(|| unbookable("it does not name its seller"))
}

fn vat_id(received: &ReceivedInvoice) -> Option<VatId> {
    received.seller.vat_id.as_deref().and_then(|id| VatId::parse(id).ok())
}

/// The oldest supplier of those that the filter selects.
async fn find(ctx: &mut Context<'_>, filter: PartyFilter) -> Result<Option<PartyId>, Error> {
    let role = OneOf::new(vec![PartyRole::Supplier, PartyRole::Both]).unwrap_or_default();
    let filter = PartyFilter { role, archived: Some(false), ..filter };
    let sort = Sort { by: PartySort::CreatedAt, direction: Direction::Ascending };
    let found = ctx.unit.parties().list(&filter, &PageRequest::first(1, sort)).await?;
    Ok(found.items.first().map(|party| party.id))
}

async fn create(
    ctx: &mut Context<'_>,
    draft: PartyDraft,
) -> Result<(PartyId, Option<AuditRecord>), Error> {
    ctx.access.require(Permission::PartyCreate)?;
    ctx.make_room::<Party>().await?;
    let party = Party::create(ctx.id(), ctx.organization(), draft, ctx.now);
    ctx.unit.parties().insert(&party).await.map_err(Error::write::<Party>)?;
    Ok((party.id, Some(AuditRecord::created("party.created", &party)?)))
}

/// The first account to pay to.
fn account(received: &ReceivedInvoice) -> BankAccount {
    let accounts = &received.payment.accounts;
    let ibans = accounts.iter().filter_map(|(account, bic)| {
        let iban = Iban::parse(account.iban.as_deref()?).ok()?;
        let bic = bic.as_deref().and_then(|bic| Bic::parse(bic).ok());
        Some(BankAccount { iban: Some(iban), bic, ..BankAccount::default() })
    });
    ibans.into_iter().next().unwrap_or_default()
}

/// What the invoice says about its seller. What is invalid is left out.
fn draft(received: &ReceivedInvoice) -> Result<PartyDraft, Error> {
    let seller = &received.seller;
    let country = seller.country.as_deref().map(str::to_ascii_uppercase);
    Ok(PartyDraft {
        name: named(received)?,
        number: None,
        role: PartyRole::Supplier,
        vat_id: vat_id(received),
        tax_number: short(seller.tax_number.as_deref()),
        registration: short(seller.registration.as_deref()),
        contact: Contact {
            name: name(seller.contact.as_deref()),
            email: seller.email.as_deref().and_then(|email| Email::parse(email).ok()),
            phone: None,
        },
        address: Address {
            street: short(seller.address_lines.first().map(String::as_str)),
            additional: short(seller.address_lines.get(1).map(String::as_str)),
            postal_code: short(seller.post_code.as_deref()),
            city: short(seller.city.as_deref()),
            region: None,
            country: country.and_then(|code| Country::parse(&code).ok()),
        },
        bank_account: account(received),
        debtor_account: None,
        creditor_account: None,
        payment_terms: None,
        buyer_reference: None,
        leitweg_id: None,
        e_invoice_address: None,
        unit_codes: UnitCodes::default(),
        language: None,
        note: None,
        consumer: false,
        dunning_blocked: false,
        archived: false,
        metadata: JsonObject::default(),
    })
}
