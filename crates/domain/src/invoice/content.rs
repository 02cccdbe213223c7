use chrono::NaiveDate;

use super::{
    Adjustment, CashDiscount, CashUnit, InvoiceChanges, InvoiceDirection, InvoiceError,
    InvoiceKind, InvoiceLine, LineDraft, Place, line,
    values::{
        BOOKED_ON_UNEXPECTED, CONTRACT_MISSING, DISCOUNT_TERMS, SUPPLIER_NUMBER_UNEXPECTED, at_most,
    },
};
use crate::{
    BasisPoints, ContractId, Currency, Description, Invalid, JsonObject, Language, PartyId,
    PaymentTerms, ProjectId, Schedule, Text,
    currency::CURRENCY_DIFFERS,
    pricing::{self, Entry, Extras, PriceMode, Totals},
};

/// The most lines of an invoice.
pub const MAX_LINES: usize = 500;
/// The most allowances and charges of an invoice.
pub const MAX_ADJUSTMENTS: usize = 20;
/// The most steps of a cash discount.
pub const MAX_DISCOUNTS: usize = 3;

/// What an invoice says, apart from its lines and what follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceContent {
    /// Whose claim it is.
    pub direction: InvoiceDirection,
    /// What it is for.
    pub kind: InvoiceKind,
    /// The customer, or the supplier.
    pub party: PartyId,
    /// The project it belongs to.
    pub project: Option<ProjectId>,
    /// The contract that it is about.
    pub contract: Option<ContractId>,
    /// Whether more may be invoiced on the contract than was agreed.
    pub allow_over_billing: bool,
    /// The number that the supplier gave to it.
    pub supplier_number: Option<Text<100>>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What its prices contain.
    pub price_mode: PriceMode,
    /// The date of the document; that of its issue, where it has none.
    pub issued_on: Option<NaiveDate>,
    /// The day on which it counts in the books. Only an incoming draft has one; an invoice of the
    /// organization is booked on its date.
    pub booked_on: Option<NaiveDate>,
    /// When it is to be paid; it follows from the terms, where it is absent.
    pub due_on: Option<NaiveDate>,
    /// The first and the last day of the supply.
    pub service: Schedule,
    /// The days until it is to be paid; those of the party, where it has none.
    pub payment_terms: Option<PaymentTerms>,
    /// The terms of a cash discount, the longest days last.
    pub discounts: Vec<CashDiscount>,
    /// The reference that the buyer wants (BT-10).
    pub buyer_reference: Option<Text<100>>,
    /// The number of the buyer's order (BT-13).
    pub purchase_order: Option<Text<100>>,
    /// A text for the reader.
    pub note: Option<Description>,
    /// The language of the document; that of the party, where it has none.
    pub language: Option<Language>,
    /// The part of the amount due that is retained as a security.
    pub retention: BasisPoints,
    /// The smallest unit of cash of the amount due.
    pub cash_unit: CashUnit,
    /// Allowances and charges on the whole.
    pub adjustments: Vec<Adjustment>,
    /// Metadata of the client.
    pub metadata: JsonObject,
}

impl InvoiceContent {
    /// Prices the lines and adds them up.
    pub(super) fn total(
        &self,
        drafts: Vec<LineDraft>,
        prepaid: i64,
    ) -> Result<(Vec<InvoiceLine>, Totals), InvoiceError> {
        self.check(&drafts)?;
        let mut lines = Vec::with_capacity(drafts.len());
        for (index, draft) in drafts.into_iter().enumerate() {
            let place = Place::Line(index);
            lines.push(draft.priced(self.currency).map_err(|invalid| place.error(invalid))?);
        }
        let extras =
            Extras { prepaid, cash_unit: self.cash_unit.minor(), retention: self.retention };
        let (nets, totals) = pricing::total(self.price_mode, &self.entries(&lines), extras)
            .map_err(|invalid| Place::Lines.error(invalid))?;
        for (line, net) in lines.iter_mut().zip(&nets) {
            line.net = *net;
        }
        Ok((lines, totals))
    }

    /// The net amounts of the allowances and charges of a document with these lines, in their order.
    pub fn adjustment_nets(&self, lines: &[InvoiceLine]) -> Result<Vec<i64>, Invalid> {
        let (nets, _) = pricing::total(self.price_mode, &self.entries(lines), Extras::default())?;
        Ok(nets.into_iter().skip(lines.len()).collect())
    }

    fn entries(&self, lines: &[InvoiceLine]) -> Vec<Entry> {
        let adjustments = self.adjustments.iter().map(Adjustment::entry);
        lines.iter().map(InvoiceLine::entry).chain(adjustments).collect()
    }

    /// The content after a change.
    pub(super) fn changed(mut self, changes: InvoiceChanges) -> Result<Self, InvoiceError> {
        let (mut from, mut until) = (self.service.starts_on(), self.service.ends_on());
        changes.service_from.apply(&mut from);
        changes.service_until.apply(&mut until);
        self.service = Schedule::new(from, until)
            .map_err(|invalid| Place::Field("service_until").error(invalid))?;
        changes.project.apply(&mut self.project);
        changes.contract.apply(&mut self.contract);
        changes.supplier_number.apply(&mut self.supplier_number);
        changes.issued_on.apply(&mut self.issued_on);
        changes.booked_on.apply(&mut self.booked_on);
        changes.due_on.apply(&mut self.due_on);
        changes.payment_terms.apply(&mut self.payment_terms);
        changes.buyer_reference.apply(&mut self.buyer_reference);
        changes.purchase_order.apply(&mut self.purchase_order);
        changes.note.apply(&mut self.note);
        changes.language.apply(&mut self.language);
        Ok(Self {
            kind: changes.kind.unwrap_or(self.kind),
            allow_over_billing: changes.allow_over_billing.unwrap_or(self.allow_over_billing),
            party: changes.party.unwrap_or(self.party),
            currency: changes.currency.unwrap_or(self.currency),
            price_mode: changes.price_mode.unwrap_or(self.price_mode),
            discounts: changes.discounts.unwrap_or(self.discounts),
            retention: changes.retention.unwrap_or(self.retention),
            cash_unit: changes.cash_unit.unwrap_or(self.cash_unit),
            adjustments: changes.adjustments.unwrap_or(self.adjustments),
            metadata: changes.metadata.unwrap_or(self.metadata),
            ..self
        })
    }

    /// Checks that amounts of a request are in the invoice's currency.
    pub(super) fn check_currency(&self, stated_in: Option<Currency>) -> Result<(), InvoiceError> {
        match stated_in {
            Some(other) if other != self.currency => {
                let detail = format!("must be in {}", self.currency.as_str());
                Err(Place::Field("currency").error(Invalid::new(CURRENCY_DIFFERS, detail)))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check(&self, lines: &[LineDraft]) -> Result<(), InvoiceError> {
        for (place, checked) in [
            (Place::Lines, at_most(lines, MAX_LINES)),
            (Place::Adjustments, at_most(&self.adjustments, MAX_ADJUSTMENTS)),
            (Place::Discounts, at_most(&self.discounts, MAX_DISCOUNTS)),
        ] {
            checked.map_err(|invalid| place.error(invalid))?;
        }
        let days = self.discounts.iter().map(|discount| discount.days());
        if !days.is_sorted_by(|shorter, longer| shorter < longer) {
            let detail = "each has more days than the one before";
            return Err(Place::Discounts.error(Invalid::new(DISCOUNT_TERMS, detail)));
        }
        if self.direction == InvoiceDirection::Receivable {
            let detail = "only an incoming invoice has one";
            if self.supplier_number.is_some() {
                let invalid = Invalid::new(SUPPLIER_NUMBER_UNEXPECTED, detail);
                return Err(Place::Field("supplier_number").error(invalid));
            }
            if self.booked_on.is_some() {
                let invalid = Invalid::new(BOOKED_ON_UNEXPECTED, detail);
                return Err(Place::Field("booked_on").error(invalid));
            }
        }
        if self.contract.is_none() {
            let detail = "must be given";
            let missing = || Invalid::new(CONTRACT_MISSING, detail);
            if matches!(self.kind, InvoiceKind::Partial | InvoiceKind::Final) {
                return Err(Place::Field("contract_id").error(missing()));
            }
            let named = lines.iter().position(|line| line.contract_position.is_some());
            if let Some(index) = named {
                return Err(Place::Line(index).error(missing()));
            }
        }
        let of_lines = lines.iter().enumerate().map(|(i, line)| (Place::Line(i), &line.tax));
        let of_adjustments = self.adjustments.iter().enumerate();
        let of_adjustments = of_adjustments.map(|(i, a)| (Place::Adjustment(i), &a.tax));
        line::agree(of_lines.chain(of_adjustments))
    }
}
