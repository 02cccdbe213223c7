use plinth_e_documents::read_statement;
use plinth_ports::e_documents::{BankStatement, BankTransaction};

/// The start and the end of an account's statement, in version 08.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
    <GrpHdr><MsgId>M1</MsgId></GrpHdr>";
pub const TAIL: &str = "</BkToCstmrStmt></Document>";

/// A statement with these entries.
pub fn stmt(id: &str, entries: &str) -> String {
    format!(
        "<Stmt><Id>{id}</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>\
         {entries}</Stmt>"
    )
}

/// An entry of an amount in EUR: its direction, and what follows its status.
pub fn entry(amount: &str, indicator: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{indicator}</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-27</Dt></BookgDt>{rest}</Ntry>"
    )
}

/// A message with these statements.
pub fn message(statements: &str) -> Vec<u8> {
    format!("{HEAD}{statements}{TAIL}").into_bytes()
}

/// The only statement of a message.
pub fn read_one(entries: &str) -> BankStatement {
    let statements = read_statement(&message(&stmt("S1", entries))).unwrap();
    let [statement] = <[BankStatement; 1]>::try_from(statements).unwrap();
    statement
}

/// The transactions of a statement with these entries.
pub fn transactions(entries: &str) -> Vec<BankTransaction> {
    read_one(entries).transactions
}

/// The amounts of transactions, in minor units.
pub fn amounts(transactions: &[BankTransaction]) -> Vec<i64> {
    transactions.iter().map(|transaction| transaction.amount.amount_minor).collect()
}

/// The code by which a message is refused.
pub fn refusal(bytes: &[u8]) -> &'static str {
    read_statement(bytes).unwrap_err().code.name()
}
