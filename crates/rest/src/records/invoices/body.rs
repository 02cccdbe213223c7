use plinth_application::invoices::{CreateInvoice, CreditInvoice, InvoiceUpdate};
use plinth_domain::{
    Adjustment, BasisPoints, CashDiscount, CashUnit, Currency, Description, Document, DocumentId,
    Invalid, InvoiceChanges, InvoiceContent, InvoiceDirection, InvoiceDraft, InvoiceId,
    InvoiceKind, LineDraft, MAX_ATTACHMENTS, PaymentTerms, Schedule, Text, codes,
    pricing::PriceMode,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::parties::{LanguageName, language};
use crate::{
    json::{Faults, Form, Merge},
    money::MoneyBody,
    priced::{Currencies, NewLine, VatBody},
    values::{day, identity, known, names, object},
};

names! {
    /// Whose claim an invoice is: `receivable` for one that the organization issues.
    InvoiceDirectionName = Receivable, Payable
}

names! {
    /// What an invoice is for: `partial` is progress on a contract, `final` deducts the partial ones.
    NewInvoiceKindName = Standard, Partial, Final
}

names! {
    /// Whether prices are without VAT or with it.
    PriceModeName = Net, Gross
}

names! {
    /// What an adjustment does to the total.
    AdjustmentTypeName = Allowance, Charge
}

/// Terms of a cash discount: a payment within so many days may be less by the rate.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CashDiscount)]
pub(crate) struct CashDiscountBody {
    #[schema(minimum = 0, maximum = 365, example = 10)]
    days: u16,
    #[schema(minimum = 1, maximum = 9_999, example = 200)]
    rate_basis_points: u16,
}

impl From<&CashDiscount> for CashDiscountBody {
    fn from(discount: &CashDiscount) -> Self {
        Self { days: discount.days(), rate_basis_points: discount.rate().points() }
    }
}

/// An allowance or a charge on a whole document.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Adjustment)]
pub(crate) struct AdjustmentBody {
    #[schema(value_type = AdjustmentTypeName, example = "allowance")]
    pub(super) r#type: String,
    /// Never negative.
    pub(super) amount: MoneyBody,
    #[schema(min_length = 1, max_length = 200, example = "Loyalty discount")]
    pub(super) reason: String,
    pub(super) vat: VatBody,
}

impl AdjustmentBody {
    fn check(self, f: &mut Faults, at: &str, currencies: &mut Currencies) -> Option<Adjustment> {
        let is_charge = |name: &str| match name {
            "allowance" => Some(false),
            "charge" => Some(true),
            _ => None,
        };
        let is_charge = known(&self.r#type, is_charge, &["allowance", "charge"]);
        let is_charge = f.check(&format!("{at}/type"), is_charge);
        let amount_at = format!("{at}/amount");
        let amount = currencies.minor(f, &amount_at, self.amount).and_then(|minor| {
            let invalid = || Invalid::new(codes::NUMBER_OUT_OF_RANGE, "at least 0");
            f.check(&amount_at, (minor >= 0).then_some(minor).ok_or_else(invalid))
        });
        let reason = f.check(&format!("{at}/reason"), Text::parse(&self.reason));
        let tax = self.vat.check(f, &format!("{at}/vat"));
        Some(Adjustment { is_charge: is_charge?, amount: amount?, reason: reason?, tax: tax? })
    }
}

/// A new draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvoice {
    /// Defaults to `receivable`.
    #[schema(value_type = Option<InvoiceDirectionName>, example = "receivable")]
    direction: Option<String>,
    /// The customer, or the supplier of a payable invoice.
    #[schema(value_type = Uuid)]
    party_id: String,
    #[schema(value_type = Option<Uuid>)]
    project_id: Option<String>,
    /// Defaults to `standard`.
    #[schema(value_type = Option<NewInvoiceKindName>, example = "standard")]
    kind: Option<String>,
    /// The contract that it is about: a partial and a final invoice need one.
    #[schema(value_type = Option<Uuid>)]
    contract_id: Option<String>,
    /// Whether more may be invoiced on the contract than was agreed.
    #[serde(default)]
    allow_over_billing: bool,
    /// The number that the supplier gave; a payable invoice needs it to be issued.
    #[schema(min_length = 1, max_length = 100, example = "2026/118")]
    supplier_number: Option<String>,
    /// The currency of all amounts (ISO 4217).
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    currency: String,
    /// Defaults to `net`.
    #[schema(value_type = Option<PriceModeName>, example = "net")]
    price_mode: Option<String>,
    /// The date of the document; that of its issue, where it is absent.
    #[schema(value_type = Option<String>, format = Date)]
    issued_on: Option<String>,
    /// The day on which an incoming invoice counts in the books; where it is absent, its date, or
    /// the first day after it whose period is open.
    #[schema(value_type = Option<String>, format = Date)]
    booked_on: Option<String>,
    /// When it is to be paid; it follows from the terms, where it is absent.
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<String>,
    /// The first day of the supply.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-02")]
    service_from: Option<String>,
    /// The last day of the supply.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-20")]
    service_until: Option<String>,
    /// The days until it is to be paid; those of the party, where it is absent.
    #[schema(minimum = 0, maximum = 365, example = 14)]
    payment_terms_days: Option<u16>,
    #[serde(default)]
    #[schema(max_items = 3)]
    discounts: Vec<CashDiscountBody>,
    #[schema(min_length = 1, max_length = 100, example = "04011000-1234512345-06")]
    buyer_reference: Option<String>,
    #[schema(min_length = 1, max_length = 100, example = "PO-4711")]
    purchase_order: Option<String>,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Thank you for your order"
    )]
    note: Option<String>,
    /// The language of the document; that of the party, where it is absent.
    #[schema(value_type = Option<LanguageName>)]
    language: Option<String>,
    /// The part of the amount due that is retained as a security; that of the contract, where it is
    /// absent.
    #[schema(minimum = 0, maximum = 10_000, example = 500)]
    retention_basis_points: Option<u16>,
    /// The smallest unit of cash to which the amount due is rounded, in minor units: 5 for CHF.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 100, example = 1, default = 1)]
    cash_unit_minor: u16,
    #[serde(default)]
    #[schema(max_items = 20)]
    adjustments: Vec<AdjustmentBody>,
    #[serde(default)]
    #[schema(max_items = 500)]
    lines: Vec<NewLine>,
    /// The documents that are sent with its e-invoice: PDF, PNG, JPEG, CSV, XLSX or ODS, at most 10 MiB
    /// in all. Only those of the organization's own invoices.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>, max_items = 10)]
    attachments: Vec<String>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

fn kind(name: &str) -> Result<InvoiceKind, Invalid> {
    const KINDS: [InvoiceKind; 3] =
        [InvoiceKind::Standard, InvoiceKind::Partial, InvoiceKind::Final];
    let find = |name: &str| KINDS.into_iter().find(|kind| kind.name() == name);
    known(name, find, &KINDS.map(InvoiceKind::name))
}

impl NewInvoice {
    pub(super) const fn count_lines(&self) -> usize {
        self.lines.len()
    }

    pub(super) const fn count_attachments(&self) -> usize {
        self.attachments.len()
    }
}

const fn one() -> u16 {
    1
}

impl Form for NewInvoice {
    type Value = CreateInvoice;

    fn check(self, f: &mut Faults) -> Option<CreateInvoice> {
        let direction = self.direction.as_deref().unwrap_or("receivable");
        let direction = f.check("/direction", self::direction(direction));
        let party = f.check("/party_id", identity(&self.party_id));
        let project = f.check_some("/project_id", self.project_id, |text| identity(&text));
        let kind = f.check("/kind", kind(self.kind.as_deref().unwrap_or("standard")));
        let contract = f.check_some("/contract_id", self.contract_id, |text| identity(&text));
        let supplier_number =
            f.check_some("/supplier_number", self.supplier_number, |text| Text::parse(&text));
        let currency = f.check("/currency", Currency::parse(&self.currency));
        let price_mode = self.price_mode.as_deref().unwrap_or("net");
        let price_mode = f.check("/price_mode", self::price_mode(price_mode));
        let issued_on = f.check_some("/issued_on", self.issued_on, |text| day(&text));
        let booked_on = f.check_some("/booked_on", self.booked_on, |text| day(&text));
        let due_on = f.check_some("/due_on", self.due_on, |text| day(&text));
        let from = f.check_some("/service_from", self.service_from, |text| day(&text));
        let until = f.check_some("/service_until", self.service_until, |text| day(&text));
        let service = match (from, until) {
            (Some(from), Some(until)) => f.check("/service_until", Schedule::new(from, until)),
            _ => None,
        };
        let payment_terms =
            f.check_some("/payment_terms_days", self.payment_terms_days, PaymentTerms::from_days);
        let discounts = discounts(f, self.discounts);
        let buyer_reference =
            f.check_some("/buyer_reference", self.buyer_reference, |text| Text::parse(&text));
        let purchase_order =
            f.check_some("/purchase_order", self.purchase_order, |text| Text::parse(&text));
        let note = f.check_some("/note", self.note, Description::parse);
        let language = f.check_some("/language", self.language, |text| language(&text));
        let inherits_retention = self.retention_basis_points.is_none();
        let retention = self.retention_basis_points.unwrap_or(0);
        let retention = f.check("/retention_basis_points", BasisPoints::new(retention));
        let cash_unit = f.check("/cash_unit_minor", CashUnit::new(self.cash_unit_minor));
        let mut currencies = Currencies::of(currency);
        let adjustments = adjustments(f, self.adjustments, &mut currencies);
        let lines = lines(f, self.lines, &mut currencies);
        let attachments = attachments(f, self.attachments);
        let metadata = f.check_some("/metadata", self.metadata, |fields| object(&fields));
        let content = InvoiceContent {
            direction: direction?,
            kind: kind?,
            party: party?,
            project: project?,
            contract: contract?,
            allow_over_billing: self.allow_over_billing,
            supplier_number: supplier_number?,
            currency: currency?,
            price_mode: price_mode?,
            issued_on: issued_on?,
            booked_on: booked_on?,
            due_on: due_on?,
            service: service?,
            payment_terms: payment_terms?,
            discounts: discounts?,
            buyer_reference: buyer_reference?,
            purchase_order: purchase_order?,
            note: note?,
            language: language?,
            retention: retention?,
            cash_unit: cash_unit?,
            adjustments: adjustments?,
            metadata: metadata?.unwrap_or_default(),
        };
        let draft = InvoiceDraft { content, lines: lines?, stated_in: currencies.stated() };
        Some(CreateInvoice { draft, inherits_retention, attachments: attachments? })
    }
}

/// A change to a draft: a merge patch (RFC 7396). Lists are replaced as a whole; metadata is merged key
/// by key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoicePatch {
    #[serde(default)]
    #[schema(value_type = Uuid)]
    party_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    project_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = NewInvoiceKindName, example = "standard")]
    kind: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    contract_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = bool, example = true)]
    allow_over_billing: Merge<bool>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    supplier_number: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "EUR")]
    currency: Merge<String>,
    #[serde(default)]
    #[schema(value_type = PriceModeName, example = "net")]
    price_mode: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    issued_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    booked_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    service_from: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    service_until: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<u16>, minimum = 0, maximum = 365, example = 14)]
    payment_terms_days: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Vec<CashDiscountBody>, max_items = 3)]
    discounts: Merge<Vec<CashDiscountBody>>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    buyer_reference: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    purchase_order: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Thank you")]
    note: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<LanguageName>)]
    language: Merge<String>,
    #[serde(default)]
    #[schema(value_type = u16, minimum = 0, maximum = 10_000, example = 500)]
    retention_basis_points: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = u16, minimum = 1, maximum = 100, example = 5)]
    cash_unit_minor: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Vec<AdjustmentBody>, max_items = 20)]
    adjustments: Merge<Vec<AdjustmentBody>>,
    #[serde(default)]
    #[schema(value_type = Vec<NewLine>, max_items = 500)]
    lines: Merge<Vec<NewLine>>,
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>, max_items = 10)]
    attachments: Merge<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Merge<Map<String, Value>>,
}

impl Form for InvoicePatch {
    type Value = InvoiceUpdate;

    fn check(self, f: &mut Faults) -> Option<InvoiceUpdate> {
        let party = self.party_id.required(f, "/party_id", |text| identity(&text));
        let project = self.project_id.optional(f, "/project_id", |text| identity(&text));
        let kind = self.kind.required(f, "/kind", |text| kind(&text));
        let contract = self.contract_id.optional(f, "/contract_id", |text| identity(&text));
        let allow_over_billing = self.allow_over_billing.required(f, "/allow_over_billing", Ok);
        let supplier_number =
            self.supplier_number.optional(f, "/supplier_number", |text| Text::parse(&text));
        let currency = self.currency.required(f, "/currency", |text| Currency::parse(&text));
        let price_mode = self.price_mode.required(f, "/price_mode", |text| price_mode(&text));
        let issued_on = self.issued_on.optional(f, "/issued_on", |text| day(&text));
        let booked_on = self.booked_on.optional(f, "/booked_on", |text| day(&text));
        let due_on = self.due_on.optional(f, "/due_on", |text| day(&text));
        let service_from = self.service_from.optional(f, "/service_from", |text| day(&text));
        let service_until = self.service_until.optional(f, "/service_until", |text| day(&text));
        let payment_terms =
            self.payment_terms_days.optional(f, "/payment_terms_days", PaymentTerms::from_days);
        let discounts = list(f, "/discounts", self.discounts, discounts);
        let buyer_reference =
            self.buyer_reference.optional(f, "/buyer_reference", |text| Text::parse(&text));
        let purchase_order =
            self.purchase_order.optional(f, "/purchase_order", |text| Text::parse(&text));
        let note = self.note.optional(f, "/note", Description::parse);
        let language = self.language.optional(f, "/language", |text| language(&text));
        let retention =
            self.retention_basis_points.required(f, "/retention_basis_points", BasisPoints::new);
        let cash_unit = self.cash_unit_minor.required(f, "/cash_unit_minor", CashUnit::new);
        let mut currencies = Currencies::of(currency.flatten());
        let adjustments = list(f, "/adjustments", self.adjustments, |f, bodies| {
            adjustments(f, bodies, &mut currencies)
        });
        let lines = list(f, "/lines", self.lines, |f, bodies| lines(f, bodies, &mut currencies));
        let attachments = list(f, "/attachments", self.attachments, attachments);
        let metadata =
            self.metadata.required(f, "/metadata", |patch| object(&patch).map(|_| patch));
        let changes = InvoiceChanges {
            kind: kind?,
            contract: contract?,
            allow_over_billing: allow_over_billing?,
            party: party?,
            project: project?,
            supplier_number: supplier_number?,
            currency: currency?,
            price_mode: price_mode?,
            issued_on: issued_on?,
            booked_on: booked_on?,
            due_on: due_on?,
            service_from: service_from?,
            service_until: service_until?,
            payment_terms: payment_terms?,
            discounts: discounts?,
            buyer_reference: buyer_reference?,
            purchase_order: purchase_order?,
            note: note?,
            language: language?,
            retention: retention?,
            cash_unit: cash_unit?,
            adjustments: adjustments?,
            lines: lines?,
            stated_in: currencies.stated(),
            metadata: None,
        };
        Some(InvoiceUpdate { changes, metadata: metadata?, attachments: attachments? })
    }
}

/// What a credit note takes back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCreditNote {
    /// The credited lines; all lines of the invoice, where they are absent.
    #[schema(max_items = 500)]
    lines: Option<Vec<NewLine>>,
}

/// A credit note, without the invoice that it corrects.
#[derive(Debug)]
pub(crate) struct CreditLines {
    lines: Option<Vec<LineDraft>>,
    stated_in: Option<Currency>,
}

impl CreditLines {
    pub(crate) fn on(self, id: InvoiceId) -> CreditInvoice {
        CreditInvoice { id, lines: self.lines, stated_in: self.stated_in }
    }
}

impl Form for NewCreditNote {
    type Value = CreditLines;

    fn check(self, f: &mut Faults) -> Option<CreditLines> {
        let mut currencies = Currencies::default();
        let lines = match self.lines {
            Some(bodies) => lines(f, bodies, &mut currencies).map(Some),
            None => Some(None),
        };
        Some(CreditLines { lines: lines?, stated_in: currencies.stated() })
    }
}

/// A list that a patch may replace; `null` is a fault.
#[expect(clippy::option_option, reason = "faulty, or absent")]
fn list<B, T>(
    f: &mut Faults,
    at: &str,
    bodies: Merge<Vec<B>>,
    check: impl FnOnce(&mut Faults, Vec<B>) -> Option<Vec<T>>,
) -> Option<Option<Vec<T>>> {
    match bodies.required(f, at, Ok)? {
        Some(bodies) => check(f, bodies).map(Some),
        None => Some(None),
    }
}

fn lines(f: &mut Faults, bodies: Vec<NewLine>, c: &mut Currencies) -> Option<Vec<LineDraft>> {
    each(f, "/lines", bodies, |f, at, body| body.check(f, at, c))
}

fn adjustments(
    f: &mut Faults,
    bodies: Vec<AdjustmentBody>,
    c: &mut Currencies,
) -> Option<Vec<Adjustment>> {
    each(f, "/adjustments", bodies, |f, at, body| body.check(f, at, c))
}

/// The documents; their number is checked before any is looked up.
fn attachments(f: &mut Faults, ids: Vec<String>) -> Option<Vec<DocumentId>> {
    if ids.len() > MAX_ATTACHMENTS {
        let detail = format!("at most {MAX_ATTACHMENTS} items");
        return f.check("/attachments", Err(Invalid::new(codes::LIST_TOO_LONG, detail)));
    }
    each(f, "/attachments", ids, |f, at, id| f.check(at, identity::<Document>(&id)))
}

fn discounts(f: &mut Faults, bodies: Vec<CashDiscountBody>) -> Option<Vec<CashDiscount>> {
    each(f, "/discounts", bodies, |f, at, body| {
        let rate = BasisPoints::new(body.rate_basis_points);
        f.check(at, rate.and_then(|rate| CashDiscount::new(body.days, rate)))
    })
}

/// The items of a list, or `None` after the faults of all of them.
fn each<B, T>(
    f: &mut Faults,
    at: &str,
    bodies: Vec<B>,
    mut check: impl FnMut(&mut Faults, &str, B) -> Option<T>,
) -> Option<Vec<T>> {
    let checked = bodies.into_iter().enumerate();
    let checked: Vec<_> =
        checked.map(|(index, body)| check(f, &format!("{at}/{index}"), body)).collect();
    checked.into_iter().collect()
}

fn direction(text: &str) -> Result<InvoiceDirection, Invalid> {
    known(text, InvoiceDirection::from_name, InvoiceDirection::NAMES)
}

fn price_mode(text: &str) -> Result<PriceMode, Invalid> {
    known(text, PriceMode::from_name, &PriceMode::ALL.map(PriceMode::name))
}
