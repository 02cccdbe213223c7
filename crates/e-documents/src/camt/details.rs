use plinth_domain::remittance::rf_reference;
use plinth_ports::e_documents::{BankAccount, BankTransaction, CreditorReference};

use super::values::{ID, NOTE, account, reference};
use crate::{
    text::{compact, line},
    xml::Element,
};

/// How many lines, references and numbers a transaction may have; the rest is left out.
const REMITTANCE: usize = 100;

/// The longest line of a remittance text, in characters; ISO 20022 allows 140.
const LINE: usize = 500;

/// Reads a `TxDtls`: what it says about the transaction that the entry begins.
pub(super) fn read(stated: &Element, of: BankTransaction, own: &BankAccount) -> BankTransaction {
    let reference = |path| stated.text_at(path).and_then(reference);
    let back = stated.at("RtrInf");
    let reversal = of.reversal || back.is_some();
    // A reversal names the parties of the transaction that it takes back.
    let from_payer = (of.amount.amount_minor >= 0) != reversal;
    let (counterparty, counterparty_account) = counterparty(stated, from_payer, own);
    let structured = || stated.at("RmtInf").into_iter().flat_map(|info| info.all("Strd"));
    let documents = structured().flat_map(|s| s.all("RfrdDocInf")).filter_map(|d| d.text_at("Nb"));
    let mut transaction = BankTransaction {
        reversal,
        return_reason: back.and_then(|back| {
            let reason = ["Rsn/Cd", "Rsn/Prtry", "AddtlInf"];
            reason.into_iter().find_map(|path| back.text_at(path)).and_then(|text| line(text, NOTE))
        }),
        counterparty,
        counterparty_account,
        end_to_end_id: reference("Refs/EndToEndId"),
        mandate_id: reference("Refs/MndtId"),
        bank_reference: reference("Refs/AcctSvcrRef").or_else(|| of.bank_reference.clone()),
        document_numbers: documents.filter_map(|n| line(n, ID)).take(REMITTANCE).collect(),
        note: stated.text_at("AddtlTxInf").and_then(|n| line(n, NOTE)).or_else(|| of.note.clone()),
        ..of
    };
    for reference in structured().filter_map(|s| s.text_at("CdtrRefInf/Ref")).take(REMITTANCE) {
        if let Some(text) = compact(reference, ID) {
            let is_rf = rf_reference(&text).is_some();
            transaction.creditor_references.push(CreditorReference { text, is_rf });
        }
    }
    let free = stated.at("RmtInf").into_iter().flat_map(|info| info.all("Ustrd"));
    let added = structured().flat_map(|structured| structured.all("AddtlRmtInf"));
    let lines = free.chain(added).filter_map(|text| line(text.text(), LINE));
    transaction.remittance.extend(lines.take(REMITTANCE));
    transaction
}

/// The name and the account of the payer or of the payee. Where that side is not stated, the other
/// one counts, unless it is the owner of the account.
fn counterparty(
    stated: &Element,
    from_payer: bool,
    own: &BankAccount,
) -> (Option<String>, BankAccount) {
    let sides = if from_payer { ["Dbtr", "Cdtr"] } else { ["Cdtr", "Dbtr"] };
    for side in sides {
        let Some(parties) = stated.at("RltdPties") else { break };
        // The name stands below `Pty` from version 08 on.
        let name = parties.at(side).and_then(|party| {
            party.text_at("Nm").or_else(|| party.text_at("Pty/Nm")).and_then(|name| line(name, ID))
        });
        let account = parties.at(&format!("{side}Acct")).map(account).unwrap_or_default();
        let is_own = account.iban.is_some() && account.iban == own.iban;
        if !is_own && (name.is_some() || account != BankAccount::default()) {
            return (name, account);
        }
    }
    (None, BankAccount::default())
}
