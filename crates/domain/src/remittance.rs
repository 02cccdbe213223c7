//! What a payer writes into a payment: numbers of invoices, and structured references.

mod reference;
mod written;

pub use reference::rf_reference;
pub use written::{Remittance, mentions};
