//! What settles invoices.

use std::collections::HashMap;

use async_trait::async_trait;
use plinth_domain::{Allocation, Earlier, InvoiceId, PaymentId};

use super::Constraint;
use crate::Result;

/// The invoice of an allocation does not exist.
pub const INVOICE: Constraint = Constraint("allocations_organization_id_invoice_id_fkey");
/// The payment of an allocation does not exist.
pub const PAYMENT: Constraint = Constraint("allocations_organization_id_payment_id_fkey");
/// The credit note of an allocation does not exist.
pub const CREDIT_NOTE: Constraint = Constraint("allocations_organization_id_credit_note_id_fkey");

/// Reads allocations.
#[async_trait]
pub trait AllocationReader: Send {
    /// What settles an invoice, and what a credit note settles, in the order of their recording.
    async fn of_invoice(&mut self, invoice: InvoiceId) -> Result<Vec<Allocation>>;
    /// What a payment settles, in the order of their recording.
    async fn of_payment(&mut self, payment: PaymentId) -> Result<Vec<Allocation>>;
    /// What was allocated to each of these invoices; one without allocations is missing.
    async fn earlier(&mut self, invoices: &[InvoiceId]) -> Result<HashMap<InvoiceId, Earlier>>;
}

/// Reads and adds allocations. None is ever changed or removed.
#[async_trait]
pub trait Allocations: AllocationReader {
    /// Stores new allocations.
    async fn add(&mut self, allocations: &[Allocation]) -> Result<()>;
}
