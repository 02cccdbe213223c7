//! What stands around the positions of an invoice.

/// The seller, for letterhead, sender's line and footer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintedSeller {
    /// The name.
    pub name: String,
    /// The address, a line each.
    pub address: Vec<String>,
    /// The person to ask.
    pub contact: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The web site.
    pub website: Option<String>,
    /// The VAT identifier.
    pub vat_id: Option<String>,
    /// The national tax number.
    pub tax_number: Option<String>,
    /// Court and number of the registration, managing directors: a line each.
    pub registration: Vec<String>,
    /// The name of the bank.
    pub bank: Option<String>,
    /// The holder of the account, where it is another one than the seller.
    pub account_holder: Option<String>,
    /// The account, in groups of four.
    pub iban: Option<String>,
    /// The bank's identifier.
    pub bic: Option<String>,
    /// The text below each page, a line each.
    pub footer: Vec<String>,
}

/// The details beside the address. The template words the labels and leaves out what is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintedDetails {
    /// The day of issue.
    pub issued_on: String,
    /// The day, month or period of the delivery or service.
    pub service: Option<String>,
    /// The last day for payment.
    pub due_on: Option<String>,
    /// The number that the seller gives the buyer.
    pub customer_number: Option<String>,
    /// The buyer's VAT identifier.
    pub buyer_vat_id: Option<String>,
    /// The reference that the buyer asks for (BT-10), such as a Leitweg-ID.
    pub buyer_reference: Option<String>,
    /// The number of the buyer's order (BT-13).
    pub purchase_order: Option<String>,
    /// The contract.
    pub contract: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// The invoice that a credit note corrects, with its day.
    pub corrects: Option<String>,
}
