//! What invoices and payments mean for the books of an accountant: entries of debit and credit.

mod account;
mod chart;
mod entry;
pub(crate) mod number;
mod plan;
mod posting;
pub(crate) mod settings;
mod shares;
mod source;
#[cfg(test)]
mod tests;

pub use account::{AccountUse, Region};
pub use entry::{Entry, EntryKind, Posted};
pub use number::{AccountNumber, TaxKey};
pub use plan::{AccountPlan, MissingAccount};
pub use settings::{
    AccountLength, AccountRule, AccountRules, AccountingChanges, AccountingSettings, Chart,
    ClientNumber, ConsultantNumber,
};
pub use source::{Booked, BookedAllocation, BookedParty, BookedPayment, Source};
