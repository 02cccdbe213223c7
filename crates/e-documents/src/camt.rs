//! Bank statements: CAMT.053 (ISO 20022), read by local names, which the versions share.

mod details;
mod entry;
mod fingerprint;
mod statement;
mod values;

use plinth_ports::{Unreadable, e_documents::BankStatement};

use crate::{
    refusal::{too_complex, unsupported},
    xml::{self, Element},
};

/// The start of the namespace of every version, which ends with two digits.
const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";

/// The versions that are read.
const VERSIONS: std::ops::RangeInclusive<u8> = 2..=13;

/// How many transactions the statements of a message may have.
const TRANSACTIONS: usize = 20_000;

/// How many statements a message may have.
const STATEMENTS: usize = 1_000;

/// The statements of a CAMT.053 message.
pub fn read_statement(bytes: &[u8]) -> Result<Vec<BankStatement>, Unreadable> {
    let text = xml::decode(bytes, xml::XML_BYTES)?;
    xml::scan(&text)?;
    let document = xml::tree(&text)?;
    let message = message(&document)?;
    let mut statements = Vec::new();
    let mut room = TRANSACTIONS;
    for stated in message.all("Stmt") {
        if statements.len() == STATEMENTS {
            return Err(too_complex(format!("the message has more than {STATEMENTS} statements")));
        }
        let statement = statement::read(stated, room)?;
        room -= statement.transactions.len();
        statements.push(statement);
    }
    Ok(statements)
}

/// Refuses a message that would leave no room for its transactions.
fn bounded(count: usize, room: usize) -> Result<(), Unreadable> {
    if count > room {
        let detail = format!("the statements have more than {TRANSACTIONS} transactions");
        return Err(too_complex(detail));
    }
    Ok(())
}

/// The message within a document of a known version.
fn message(document: &Element) -> Result<&Element, Unreadable> {
    let namespace = document.namespace.as_deref().unwrap_or_default();
    let version = namespace.strip_prefix(NAMESPACE).filter(|version| version.len() == 2);
    let known = version
        .and_then(|version| version.parse().ok())
        .is_some_and(|version: u8| VERSIONS.contains(&version));
    document
        .at("BkToCstmrStmt")
        .filter(|_| known && &*document.name == "Document")
        .ok_or_else(|| unsupported("the XML is no bank statement in CAMT.053, version 02 to 13"))
}
