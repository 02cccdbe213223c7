use chrono::{Days, NaiveDate};

use super::{
    DocumentNumber, DocumentParties, Invoice, InvoiceDirection, InvoiceError, InvoiceKind,
    InvoiceLine, InvoiceStatus, Place, Settlement,
};
use crate::{Currency, Invalid, Language, PaymentTerms, Text, Timestamp, VatCategory};

crate::codes! {
    LINES_MISSING = "invoice.lines_missing", "An invoice without lines cannot be issued.";
    TOTAL_NEGATIVE = "invoice.total_negative",
        "An invoice whose total is below 0 cannot be issued: issue a credit note.";
    BOOKED_BEFORE_ISSUE = "invoice.booked_before_issue",
        "An incoming invoice is not booked before its date.";
    DUE_BEFORE_ISSUE = "invoice.due_before_issue", "An invoice cannot be due before its date.";
    BUYER_INCOMPLETE = "invoice.buyer_incomplete",
        "The buyer's record lacks what the invoice has to state: country, city, post code, or VAT id.";
    SUPPLIER_NUMBER_MISSING = "invoice.supplier_number_missing",
        "An incoming invoice needs the number that its supplier gave.";
    VAT_MIXED = "invoice.vat_mixed",
        "What is not subject to VAT (O) is invoiced alone (EN 16931, BR-O-11 to BR-O-14).";
    SELLER_VAT_ID_MISSING = "invoice.seller_vat_id_missing",
        "The categories K and G need the VAT id of the seller (EN 16931, BR-IC-02, BR-G-02).";
    SUPPLY_DATE_MISSING = "invoice.supply_date_missing",
        "An invoice of a German seller, or of category K, has to state the day or the period of the \
         supply (`UStG`, § 14; EN 16931, BR-IC-11).";
}

/// The amount in cents up to which a German invoice need not state the whole address of its buyer.
const SMALL_AMOUNT: i64 = 25_000;

/// What the issue of an invoice adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuing {
    /// The date of the document.
    pub on: NaiveDate,
    /// The day on which it counts in the books.
    pub booked_on: NaiveDate,
    /// Both sides.
    pub parties: DocumentParties,
    /// The terms, where the invoice states none.
    pub terms: PaymentTerms,
    /// The language, where the invoice states none.
    pub language: Language,
    /// The reference of the buyer, where the invoice states none.
    pub buyer_reference: Option<Text<100>>,
}

impl Invoice {
    /// The invoice as it is issued, still without its number: everything that can be refused is
    /// refused here, before a number is taken.
    pub fn prepare(
        mut self,
        lines: &[InvoiceLine],
        issuing: Issuing,
        at: Timestamp,
    ) -> Result<Self, InvoiceError> {
        self.expect_draft("issue it")?;
        let refuse =
            |field, code, detail: &str| Err(Place::Field(field).error(Invalid::new(code, detail)));
        if lines.is_empty() {
            return Err(Place::Lines.error(Invalid::new(LINES_MISSING, "at least one line")));
        }
        if self.totals.due < 0 || self.totals.gross < 0 {
            let invalid = Invalid::new(TOTAL_NEGATIVE, "the amount due must not be below 0");
            return Err(Place::Lines.error(invalid));
        }
        let terms = self.content.payment_terms.unwrap_or(issuing.terms);
        let due_on = issuing.on.checked_add_days(Days::new(terms.days().into()));
        let due_on = self.content.due_on.or(due_on);
        if due_on.is_some_and(|due| due < issuing.on) {
            return refuse("due_on", DUE_BEFORE_ISSUE, "must not be before the invoice's date");
        }
        if issuing.booked_on < issuing.on {
            return refuse(
                "booked_on",
                BOOKED_BEFORE_ISSUE,
                "must not be before the invoice's date",
            );
        }
        if self.content.direction == InvoiceDirection::Receivable {
            self.check_supply(&issuing.parties)?;
        }
        if self.content.direction == InvoiceDirection::Payable
            && self.content.supplier_number.is_none()
        {
            return refuse("supplier_number", SUPPLIER_NUMBER_MISSING, "must be given");
        }
        self.content.issued_on = Some(issuing.on);
        self.content.booked_on = Some(issuing.booked_on);
        if self.content.due_on.is_none() {
            self.content.payment_terms = Some(terms);
        }
        self.content.due_on = due_on;
        self.content.language.get_or_insert(issuing.language);
        self.content.buyer_reference = self.content.buyer_reference.or(issuing.buyer_reference);
        self.status = Self::status_of(self.totals.due, Settlement::default());
        self.parties = Some(issuing.parties);
        Ok(Self { revision: self.revision.next(at), ..self })
    }

    /// The issued invoice.
    #[must_use]
    pub fn numbered(self, number: DocumentNumber) -> Self {
        debug_assert!(self.status != InvoiceStatus::Draft, "it was prepared");
        Self { number: Some(number), ..self }
    }

    /// What an invoice of the organization has to state.
    fn check_supply(&self, parties: &DocumentParties) -> Result<(), InvoiceError> {
        let buyer = &parties.buyer;
        let categories = self.totals.vat.iter().map(|row| row.vat.category());
        let needs_vat_id = categories.clone().any(|category| {
            matches!(category, VatCategory::ReverseCharge | VatCategory::IntraCommunity)
        });
        let is_german = parties.seller.address.country.is_some_and(|c| c.as_str() == "DE");
        let is_at_home = buyer.address.country.is_some_and(|c| c.as_str() == "DE");
        // `UStDV`, § 33: what is supplied at home for at most 250 €.
        let is_small = self.content.currency == Currency::EUR
            && self.totals.gross <= SMALL_AMOUNT
            && !needs_vat_id;
        let has_post_code = buyer.address.postal_code.is_some();
        let missing = [
            ("post code", is_german && is_at_home && !is_small && !has_post_code),
            ("country", buyer.address.country.is_none()),
            ("city", buyer.address.city.is_none()),
            ("VAT id", needs_vat_id && buyer.vat_id.is_none()),
        ];
        let missing: Vec<_> = missing.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        if !missing.is_empty() {
            let detail = format!("the party has no {}", missing.join(", "));
            return Err(Place::Field("party_id").error(Invalid::new(BUYER_INCOMPLETE, detail)));
        }
        if categories.clone().any(|category| category == VatCategory::OutOfScope)
            && categories.clone().any(|category| category != VatCategory::OutOfScope)
        {
            let detail = "category O stands alone";
            return Err(Place::Lines.error(Invalid::new(VAT_MIXED, detail)));
        }
        let needs_own =
            |category| matches!(category, VatCategory::IntraCommunity | VatCategory::Export);
        if categories.clone().any(needs_own) && parties.seller.vat_id.is_none() {
            let detail = "the organization's settings have no VAT id";
            return Err(Place::Lines.error(Invalid::new(SELLER_VAT_ID_MISSING, detail)));
        }
        let service = self.content.service;
        let has_date = service.starts_on().or(service.ends_on()).is_some();
        let crosses = categories.clone().any(|category| category == VatCategory::IntraCommunity);
        if (is_german || crosses) && !has_date && self.content.kind != InvoiceKind::CreditNote {
            let detail = "the first and the last day of the supply";
            return Err(
                Place::Field("service_from").error(Invalid::new(SUPPLY_DATE_MISSING, detail))
            );
        }
        Ok(())
    }
}
