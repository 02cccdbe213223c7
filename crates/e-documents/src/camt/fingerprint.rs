use std::collections::HashMap;

use plinth_ports::e_documents::{BankAccount, BankTransaction, Fingerprint};
use sha2::{Digest, Sha256};

/// Gives each transaction of one statement its fingerprint.
///
/// Banks use the identification of a statement again, and list an entry in several statements (of a
/// day, and of the month; or requested twice). So a transaction is known by what it says itself:
///
/// - the account, the day of booking, the amount with its sign and its currency,
/// - whether it is a reversal,
/// - the bank's reference, the end-to-end reference, the counterparty's account,
/// - the structured references, and the letters and digits of the remittance text in capitals,
///   because another version of the message may split its lines elsewhere,
/// - and how many transactions before it in the same statement are alike in all of that.
///
/// The last part keeps two alike transactions of one statement apart: they are the first and the
/// second of their kind, in each statement that lists both. Two of one day in two statements that
/// list only one of them each, without a reference of the bank, would be taken for one.
///
/// Left out is what may differ from statement to statement: identification and number of the
/// statement, the number of the entry, the day of value, names, and the bank's additional text.
pub(super) fn put(account: &BankAccount, transactions: &mut [BankTransaction]) {
    let mut alike: HashMap<[u8; 32], u32> = HashMap::new();
    for transaction in transactions {
        let content: [u8; 32] = content(account, transaction).into();
        let before = alike.entry(content).or_default();
        let mut hash = Sha256::new();
        hash.update(content);
        hash.update(before.to_be_bytes());
        *before += 1;
        transaction.fingerprint = Fingerprint(hash.finalize().into());
    }
}

/// The hash of all parts but the last.
fn content(account: &BankAccount, of: &BankTransaction) -> sha2::digest::Output<Sha256> {
    let counterparty = &of.counterparty_account;
    let references: Vec<&str> = of.creditor_references.iter().map(|r| r.text.as_str()).collect();
    let letters = of.remittance.iter().flat_map(|line| line.chars());
    let letters: String =
        letters.filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let parts = [
        Some("plinth bank transaction 1".to_owned()),
        account.iban.clone().or_else(|| account.other.clone()),
        Some(of.booked_on.to_string()),
        Some(of.amount.amount_minor.to_string()),
        Some(of.amount.currency.as_str().to_owned()),
        Some(of.reversal.to_string()),
        of.bank_reference.clone(),
        of.end_to_end_id.clone(),
        counterparty.iban.clone().or_else(|| counterparty.other.clone()),
        Some(references.join(" ")),
        Some(letters),
    ];
    let mut hash = Sha256::new();
    for part in parts {
        // With its length in front, no part runs into the next one; -1 stands for none.
        let length = part.as_ref().and_then(|part| i64::try_from(part.len()).ok()).unwrap_or(-1);
        hash.update(length.to_be_bytes());
        hash.update(part.unwrap_or_default());
    }
    hash.finalize()
}
