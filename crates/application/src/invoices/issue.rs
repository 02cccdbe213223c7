use chrono::NaiveDate;
use plinth_domain::{
    Allocation, AllocationKind, DocumentParties, DocumentParty, Invoice, InvoiceDirection,
    InvoiceId, InvoiceKind, Issuing, Organization, Permission, SeriesKind, Text,
};

use super::{
    FullInvoice,
    approve::check_approved,
    attachments,
    credit::earlier_notes,
    days::DocumentDays,
    held::{locked, refused},
    on_contract::issued,
    printable,
    rendering::RenderInvoice,
};
use crate::{
    AuditRecord, Command, Context, Error, Expected, Recorded, resource::Found, series::take_number,
};

plinth_domain::codes! {
    PARTY_ROLE = "invoice.party_role",
        "The party of an invoice is a customer, that of an incoming one a supplier.";
    SMALL_BUSINESS = "invoice.small_business",
        "A small business (`UStG`, § 19) charges no VAT.";
    SELLER_INCOMPLETE = "seller.incomplete",
        "The organization's settings lack what its invoices have to state.";
}

/// Gives a draft its number. From then on it never changes.
#[derive(Debug)]
pub struct IssueInvoice {
    /// The draft.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for IssueInvoice {
    const NAME: &'static str = "invoice.issue";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        let (original, before) = lock(ctx, self.id).await?;
        self.expected.check(&before.revision)?;
        let lines = ctx.unit.invoice_lines().of(self.id).await?;
        let mut invoice = issued(ctx, before.clone(), &lines).await?;
        let organization = ctx.unit.organization().hold().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        let days = DocumentDays::of(ctx, &before, original.as_ref(), &organization.settings)?;
        check_approved(&before, organization.settings.payable_approval)?;
        let (issuing, customer_number) = issuing(ctx, &before, &organization, days).await?;

        let mut fitted = lines.clone();
        if let Some(original) = &original {
            let earlier = earlier_notes(ctx, original.id).await?;
            invoice = invoice.fit_into(&mut fitted, original, &earlier).map_err(refused)?;
        }
        let mut invoice = invoice.prepare(&fitted, issuing, ctx.now).map_err(refused)?;
        if invoice.content.direction == InvoiceDirection::Receivable {
            let references = printable::References {
                organization: &organization,
                customer_number: customer_number.as_ref(),
                corrects: original.as_ref(),
            };
            printable::check(ctx, &invoice, &fitted, references).await?;
            ctx.enqueue(RenderInvoice::of(self.id, ctx)).await?;
        }
        let mut others = Vec::new();
        if let Some(original) = original {
            others.extend(settle(ctx, &mut invoice, original, days.booked_on).await?);
        }
        if fitted != lines {
            ctx.unit.invoice_lines().replace(self.id, &fitted).await?;
        }
        let attachments = attachments::frozen(ctx, &before).await?;
        let number = take_number(ctx, series_of(&invoice), &organization, days.numbered_on).await?;
        let invoice = invoice.numbered(number);
        ctx.unit.invoices().update(&invoice).await.map_err(Error::write::<Invoice>)?;
        let full = FullInvoice { invoice, lines: fitted, attachments };
        let issued = FullInvoice::changed("invoice.issued", &before, full)?;
        Ok(issued.along_with(others))
    }
}

/// The draft, and the invoice that it corrects, both locked. The corrected one is locked first, as
/// it is older: every transaction locks invoices in the order of their identities.
async fn lock(ctx: &mut Context<'_>, id: InvoiceId) -> Result<(Option<Invoice>, Invoice), Error> {
    let corrects = ctx.unit.invoices().get(id).await?.corrects;
    let original = match corrects {
        Some(original) => Some(locked(ctx, original).await?),
        None => None,
    };
    Ok((original, locked(ctx, id).await?))
}

/// Both sides and the terms, as they are now, and the number of the party.
async fn issuing(
    ctx: &mut Context<'_>,
    invoice: &Invoice,
    organization: &Organization,
    days: DocumentDays,
) -> Result<(Issuing, Option<Text<32>>), Error> {
    let party = ctx.unit.parties().get(invoice.content.party).await?;
    let settings = &organization.settings;
    let (is_right, role) = match invoice.content.direction {
        InvoiceDirection::Receivable => (party.role.is_customer(), "customer"),
        InvoiceDirection::Payable => (party.role.is_supplier(), "supplier"),
    };
    if !is_right {
        let detail = format!("the party is no {role}");
        return Err(Error::Conflict { code: PARTY_ROLE, detail: detail.into() });
    }
    let terms = party.payment_terms.unwrap_or(settings.default_payment_terms);
    let by_locale = settings.locale.language();
    let language = party.language.unwrap_or(by_locale);
    let leitweg_id = party.leitweg_id.as_ref().and_then(|id| Text::parse(id.as_str()).ok());
    let buyer_reference = leitweg_id.or_else(|| party.buyer_reference.clone());
    let number = party.number.clone();
    let party = DocumentParty::from(party);
    let parties = match invoice.content.direction {
        InvoiceDirection::Receivable => {
            let is_taxed = invoice.totals.vat.iter().any(|row| row.tax != 0);
            if settings.seller.small_business && is_taxed {
                let detail = "a small business charges no VAT: category E with its reason";
                return Err(Error::conflict(SMALL_BUSINESS, detail));
            }
            let missing = settings.seller.missing();
            if !missing.is_empty() {
                let detail = format!("the settings of the seller lack {}", missing.join(", "));
                return Err(Error::Conflict { code: SELLER_INCOMPLETE, detail: detail.into() });
            }
            DocumentParties { seller: DocumentParty::of(organization), buyer: party }
        }
        InvoiceDirection::Payable => {
            DocumentParties { seller: party, buyer: DocumentParty::of(organization) }
        }
    };
    let DocumentDays { date: on, booked_on, .. } = days;
    Ok((Issuing { on, booked_on, parties, terms, language, buyer_reference }, number))
}

/// Settles what is open of both, the corrected invoice and its credit note.
async fn settle(
    ctx: &mut Context<'_>,
    note: &mut Invoice,
    original: Invoice,
    booked_on: NaiveDate,
) -> Result<Option<AuditRecord>, Error> {
    let amount = original.creditable().min(note.open()).max(0);
    if amount == 0 {
        return Ok(None);
    }
    let settled = original.clone().credited(amount, ctx.now)?;
    *note = note.clone().settled_at_issue(amount)?;
    let by = (AllocationKind::CreditNote, Some(note.id));
    let on = original.content.booked_on.map_or(booked_on, |day| day.max(booked_on));
    let when = (on, ctx.now);
    let mut allocations =
        vec![Allocation::without_payment(ctx.id(), original.id, by, amount, when)];
    let taken_back = settled.settlement.written_off - original.settlement.written_off;
    if taken_back != 0 {
        let by = (AllocationKind::WriteOff, None);
        allocations.push(Allocation::without_payment(ctx.id(), original.id, by, taken_back, when));
    }
    ctx.unit.invoices().update(&settled).await.map_err(Error::write::<Invoice>)?;
    ctx.unit.allocations().add(&allocations).await?;
    AuditRecord::changed("invoice.credited", &original, &settled).map(Some)
}

/// The series that numbers the document.
const fn series_of(invoice: &Invoice) -> SeriesKind {
    match (invoice.content.direction, invoice.content.kind) {
        (InvoiceDirection::Payable, _) => SeriesKind::Payable,
        (_, InvoiceKind::CreditNote) => SeriesKind::CreditNote,
        _ => SeriesKind::Invoice,
    }
}
