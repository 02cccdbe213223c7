use chrono::{DateTime, NaiveDate, Utc};
use plinth_application::invoices::FullInvoice;
use plinth_domain::{
    Adjustment, Currency, Deduction, DocumentParty, Id, Invoice, InvoiceLine, Language, Money,
    PaymentTerms, Text, VatId,
    pricing::{Totals, VatRow},
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    super::parties::LanguageName,
    attachment::AttachmentView,
    body::{AdjustmentBody, CashDiscountBody, InvoiceDirectionName, PriceModeName},
    findings::FindingsView,
};
use crate::{
    groups::{AddressBody, BankAccountBody, ContactBody, EInvoiceAddressBody},
    money::MoneyBody,
    priced::{DiscountBody, VatBody},
    values::names,
};

names! {
    /// What an invoice is for.
    InvoiceKindName = Standard, Partial, Final, CreditNote
}

names! {
    /// How far an invoice is. `issued` and `partially_paid` are open.
    InvoiceStatusName = Draft, Issued, PartiallyPaid, Paid, Void, WrittenOff
}

/// An invoice or a credit note, without its lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceSummary)]
pub(crate) struct InvoiceSummary {
    id: Uuid,
    #[schema(value_type = InvoiceDirectionName)]
    direction: &'static str,
    #[schema(value_type = InvoiceKindName)]
    kind: &'static str,
    #[schema(value_type = InvoiceStatusName)]
    status: &'static str,
    /// The number, from the issue on.
    #[schema(example = "RE-2026-00042")]
    number: Option<String>,
    /// The invoice that a credit note corrects.
    corrects_id: Option<Uuid>,
    party_id: Uuid,
    project_id: Option<Uuid>,
    /// The contract that it is about.
    contract_id: Option<Uuid>,
    /// Whether more may be invoiced on the contract than was agreed.
    allow_over_billing: bool,
    /// The number that the supplier gave.
    supplier_number: Option<String>,
    #[schema(example = "EUR")]
    currency: &'static str,
    #[schema(value_type = PriceModeName)]
    price_mode: &'static str,
    issued_on: Option<NaiveDate>,
    /// The day on which it counts in the books and reports.
    booked_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    service_from: Option<NaiveDate>,
    service_until: Option<NaiveDate>,
    payment_terms_days: Option<u16>,
    discounts: Vec<CashDiscountBody>,
    buyer_reference: Option<String>,
    purchase_order: Option<String>,
    note: Option<String>,
    #[schema(value_type = Option<LanguageName>)]
    language: Option<&'static str>,
    retention_basis_points: u16,
    cash_unit_minor: u16,
    adjustments: Vec<AdjustmentBody>,
    totals: TotalsView,
    /// The partial invoices that a final one deducts, less their credit notes.
    deductions: Vec<DeductionView>,
    /// The document that it was made from.
    document_id: Option<Uuid>,
    /// Whether its amounts are those that the document states, and none is calculated.
    totals_stated: bool,
    /// The user who created it; behind an API key, the one who created the key.
    created_by: Option<Uuid>,
    /// The user who changed it last as a draft.
    edited_by: Option<Uuid>,
    /// The user who approved it as it is.
    approved_by: Option<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    /// Whether it is not dunned.
    dunning_blocked: bool,
    /// What payments, cash discounts and credit notes have settled.
    settled: MoneyBody,
    written_off: MoneyBody,
    /// What is still open of the amount due.
    open: MoneyBody,
    /// The seller as the document states it, from the issue on.
    #[schema(value_type = Option<DocumentPartyView>)]
    seller: Option<DocumentPartyView>,
    /// The buyer as the document states it, from the issue on.
    #[schema(value_type = Option<DocumentPartyView>)]
    buyer: Option<DocumentPartyView>,
    /// Free-form data of the client.
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Invoice> for InvoiceSummary {
    fn from(invoice: Invoice) -> Self {
        let (open, is_stated) = (invoice.open(), invoice.has_stated_totals());
        let content = invoice.content;
        let currency = content.currency;
        let money = |minor| money(minor, currency);
        Self {
            id: invoice.id.uuid(),
            direction: content.direction.name(),
            kind: content.kind.name(),
            status: invoice.status.name(),
            number: invoice.number.as_ref().map(text),
            corrects_id: invoice.corrects.map(Id::uuid),
            party_id: content.party.uuid(),
            project_id: content.project.map(Id::uuid),
            contract_id: content.contract.map(Id::uuid),
            allow_over_billing: content.allow_over_billing,
            supplier_number: content.supplier_number.as_ref().map(text),
            currency: currency.as_str(),
            price_mode: content.price_mode.name(),
            issued_on: content.issued_on,
            booked_on: content.booked_on,
            due_on: content.due_on,
            service_from: content.service.starts_on(),
            service_until: content.service.ends_on(),
            payment_terms_days: content.payment_terms.map(PaymentTerms::days),
            discounts: content.discounts.iter().map(CashDiscountBody::from).collect(),
            buyer_reference: content.buyer_reference.as_ref().map(text),
            purchase_order: content.purchase_order.as_ref().map(text),
            note: content.note.map(|note| note.as_str().to_owned()),
            language: content.language.map(Language::name),
            retention_basis_points: content.retention.points(),
            cash_unit_minor: content.cash_unit.minor(),
            adjustments: content.adjustments.iter().map(|a| adjustment(a, currency)).collect(),
            totals: TotalsView::new(&invoice.totals, currency),
            deductions: invoice
                .deductions
                .iter()
                .map(|d| DeductionView::new(d, currency))
                .collect(),
            document_id: invoice.received.as_ref().map(|received| received.document.uuid()),
            totals_stated: is_stated,
            created_by: invoice.review.created_by.map(Id::uuid),
            edited_by: invoice.review.edited_by.map(Id::uuid),
            approved_by: invoice.review.approval.map(|approval| approval.by.uuid()),
            approved_at: invoice.review.approval.map(|approval| approval.at),
            dunning_blocked: invoice.dunning_blocked,
            settled: money(invoice.settlement.settled),
            written_off: money(invoice.settlement.written_off),
            open: money(open),
            seller: invoice.parties.as_ref().map(|parties| (&parties.seller).into()),
            buyer: invoice.parties.as_ref().map(|parties| (&parties.buyer).into()),
            metadata: RawValue::from_string(content.metadata.into_string()).ok(),
            version: invoice.revision.version.number(),
            created_at: invoice.revision.created_at,
            updated_at: invoice.revision.updated_at,
        }
    }
}

/// An invoice or a credit note with its lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceView)]
pub(crate) struct InvoiceView {
    #[serde(flatten)]
    summary: InvoiceSummary,
    lines: Vec<LineView>,
    /// The documents that are sent with its e-invoice, frozen at its issue.
    #[schema(max_items = 10)]
    attachments: Vec<AttachmentView>,
    /// What was found in the document that it was made from.
    #[schema(value_type = Option<FindingsView>)]
    findings: Option<FindingsView>,
}

impl From<FullInvoice> for InvoiceView {
    fn from(full: FullInvoice) -> Self {
        let currency = full.invoice.content.currency;
        let lines = full.lines.iter().zip(1..);
        Self {
            lines: lines.map(|(line, position)| LineView::new(position, line, currency)).collect(),
            attachments: full.attachments.iter().map(AttachmentView::from).collect(),
            findings: full.invoice.received.as_ref().map(|received| (&received.findings).into()),
            summary: full.invoice.into(),
        }
    }
}

/// What a document adds up to. Each value is rounded once, half away from zero.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceTotals)]
struct TotalsView {
    /// The sum of the lines without VAT (BT-106).
    lines: MoneyBody,
    /// The sum of the allowances without VAT (BT-107).
    allowances: MoneyBody,
    /// The sum of the charges without VAT (BT-108).
    charges: MoneyBody,
    /// The total without VAT (BT-109).
    net: MoneyBody,
    /// The VAT by category and rate (BG-23).
    vat: Vec<VatRowView>,
    /// The total of the VAT (BT-110).
    tax: MoneyBody,
    /// The total with VAT (BT-112).
    gross: MoneyBody,
    /// What was invoiced or paid before and is deducted (BT-113).
    prepaid: MoneyBody,
    /// What the rounding to cash adds (BT-114).
    rounding: MoneyBody,
    /// The amount due (BT-115).
    due: MoneyBody,
    /// The part of the amount due that is retained as a security.
    retained: MoneyBody,
}

impl TotalsView {
    fn new(totals: &Totals, currency: Currency) -> Self {
        let money = |minor| money(minor, currency);
        Self {
            lines: money(totals.lines),
            allowances: money(totals.allowances),
            charges: money(totals.charges),
            net: money(totals.net),
            vat: totals.vat.iter().map(|row| VatRowView::new(row, currency)).collect(),
            tax: money(totals.tax),
            gross: money(totals.gross),
            prepaid: money(totals.prepaid),
            rounding: money(totals.rounding),
            due: money(totals.due),
            retained: money(totals.retained),
        }
    }
}

/// A partial invoice that a final one deducts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deduction)]
struct DeductionView {
    invoice_id: Uuid,
    #[schema(example = "RE-2026-00040")]
    number: String,
    issued_on: NaiveDate,
    /// What is deducted, by category and rate.
    vat: Vec<VatRowView>,
}

impl DeductionView {
    fn new(deduction: &Deduction, currency: Currency) -> Self {
        Self {
            invoice_id: deduction.invoice.uuid(),
            number: text(&deduction.number),
            issued_on: deduction.issued_on,
            vat: deduction.vat.iter().map(|row| VatRowView::new(row, currency)).collect(),
        }
    }
}

/// The VAT of one category and rate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VatRow)]
struct VatRowView {
    #[schema(value_type = crate::priced::VatCategoryName)]
    category: &'static str,
    rate_basis_points: u16,
    net: MoneyBody,
    tax: MoneyBody,
}

impl VatRowView {
    fn new(row: &VatRow, currency: Currency) -> Self {
        Self {
            category: row.vat.category().name(),
            rate_basis_points: row.vat.rate().points(),
            net: money(row.net, currency),
            tax: money(row.tax, currency),
        }
    }
}

/// A line with its amounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceLine)]
struct LineView {
    /// From 1.
    position: u16,
    text: String,
    #[schema(example = "12.5")]
    quantity: String,
    #[schema(example = "MTQ")]
    unit: String,
    #[schema(example = "98.4")]
    unit_price: String,
    #[schema(value_type = Option<DiscountBody>)]
    discount: Option<DiscountBody>,
    vat: VatBody,
    /// The number of the position of the contract that it is about.
    contract_position: Option<u16>,
    /// The discount as an amount.
    discount_amount: MoneyBody,
    /// The amount without VAT (BT-131).
    net: MoneyBody,
}

impl LineView {
    fn new(position: u16, line: &InvoiceLine, currency: Currency) -> Self {
        let draft = &line.draft;
        Self {
            position,
            text: draft.text.as_str().to_owned(),
            quantity: draft.quantity.to_string(),
            unit: draft.unit.as_str().to_owned(),
            unit_price: draft.price.to_string(),
            discount: draft.discount.map(|discount| DiscountBody::new(discount, currency)),
            vat: VatBody::new(draft.tax.vat(), draft.tax.reason()),
            contract_position: draft.contract_position,
            discount_amount: money(line.discount, currency),
            net: money(line.net, currency),
        }
    }
}

/// A seller or a buyer as an issued document states it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentParty)]
struct DocumentPartyView {
    name: String,
    vat_id: Option<String>,
    tax_number: Option<String>,
    registration: Option<String>,
    contact: ContactBody,
    address: AddressBody,
    bank_account: BankAccountBody,
    #[schema(value_type = Option<EInvoiceAddressBody>)]
    e_invoice_address: Option<EInvoiceAddressBody>,
}

impl From<&DocumentParty> for DocumentPartyView {
    fn from(party: &DocumentParty) -> Self {
        Self {
            name: party.name.as_str().to_owned(),
            vat_id: party.vat_id.as_ref().map(VatId::as_str).map(str::to_owned),
            tax_number: party.tax_number.as_ref().map(text),
            registration: party.registration.as_ref().map(text),
            contact: ContactBody::from(&party.contact),
            address: AddressBody::from(&party.address),
            bank_account: BankAccountBody::from(&party.bank_account),
            e_invoice_address: party.e_invoice_address.as_ref().map(EInvoiceAddressBody::from),
        }
    }
}

fn adjustment(adjustment: &Adjustment, currency: Currency) -> AdjustmentBody {
    let name = if adjustment.is_charge { "charge" } else { "allowance" };
    AdjustmentBody {
        r#type: name.to_owned(),
        amount: money(adjustment.amount, currency),
        reason: adjustment.reason.as_str().to_owned(),
        vat: VatBody::new(adjustment.tax.vat(), adjustment.tax.reason()),
    }
}

fn money(amount_minor: i64, currency: Currency) -> MoneyBody {
    Money { amount_minor, currency }.into()
}

fn text<const MAX: usize>(text: &Text<MAX>) -> String {
    text.as_str().to_owned()
}
