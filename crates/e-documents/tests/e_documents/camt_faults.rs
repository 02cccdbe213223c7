//! What is refused, and what is left out or cut.

use crate::support::{HEAD, TAIL, entry, message, read_one, refusal, stmt, transactions};

#[test]
fn what_is_no_camt_053_is_unsupported() {
    let good = String::from_utf8(message(&stmt("1", ""))).unwrap();
    let changed = [
        good.replace("camt.053.001.08", "camt.052.001.08"),
        good.replace("camt.053.001.08", "camt.053.001.01"),
        good.replace("camt.053.001.08", "camt.053.001.99"),
        good.replace("camt.053.001.08", "camt.053.001.8"),
        good.replace("urn:iso", "urn:other"),
        good.replace("xmlns=\"urn:iso", "xmlns:x=\"urn:iso"),
        good.replace("BkToCstmrStmt", "BkToCstmrAcctRpt"),
        good.replace("Document", "Dokument"),
        "<Invoice/>".to_owned(),
        "<html><body/></html>".to_owned(),
    ];
    for text in changed {
        assert_eq!(refusal(text.as_bytes()), "document.unsupported", "{text}");
    }
}

#[test]
fn what_is_no_xml_is_malformed() {
    for text in ["", "{}", ":20:STARTUMS", "%PDF-1.7", HEAD, TAIL] {
        assert_eq!(refusal(text.as_bytes()), "document.malformed", "{text}");
    }
}

#[test]
fn an_entry_that_says_no_exact_amount_direction_or_day_is_malformed() {
    let good = entry("1.00", "CRDT", "");
    let changed = [
        good.replace("1.00", "1.001"),
        good.replace("1.00", "1,00"),
        good.replace("1.00", ""),
        good.replace("1.00", "1e2"),
        good.replace("1.00", "100000000000000.00"),
        good.replace(" Ccy=\"EUR\"", ""),
        good.replace("EUR", "Euro"),
        good.replace("EUR", "XAU"),
        good.replace("CRDT", "C"),
        good.replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""),
        good.replace("2026-11-27", "2026-02-30"),
        good.replace("2026-11-27", "27.11.2026"),
        good.replace("2026-11-27", "2026-11-27x"),
        good.replace("<BookgDt><Dt>2026-11-27</Dt></BookgDt>", ""),
    ];
    for text in changed {
        assert_eq!(refusal(&message(&stmt("1", &text))), "document.malformed", "{text}");
    }
}

#[test]
fn a_statement_without_entries_is_empty() {
    let statement = read_one("");
    assert!(statement.transactions.is_empty() && statement.warnings.is_empty());
    let unnamed = stmt("1", "").replace("<Ccy>EUR</Ccy>", "");
    assert_eq!(refusal(&message(&unnamed)), "document.malformed");
}

#[test]
fn too_many_transactions_or_statements_are_too_complex() {
    let entries = entry("1.00", "CRDT", "").repeat(20_000);
    assert_eq!(transactions(&entries).len(), 20_000);
    let two = stmt("1", &entries) + &stmt("2", &entry("1.00", "CRDT", ""));
    assert_eq!(refusal(&message(&two)), "document.too_complex");
    assert_eq!(refusal(&message(&stmt("1", "").repeat(1001))), "document.too_complex");
}

#[test]
fn every_text_is_bounded() {
    let long = "ä".repeat(5000);
    let lines = format!("<Ustrd>{long}</Ustrd>").repeat(300);
    let refs = format!("<Refs><EndToEndId>{long}</EndToEndId></Refs>");
    let party = format!("<RltdPties><Dbtr><Nm>{long}</Nm></Dbtr></RltdPties>");
    let details =
        format!("<NtryDtls><TxDtls>{refs}{party}<RmtInf>{lines}</RmtInf></TxDtls></NtryDtls>");
    let rest = format!("<AddtlNtryInf>{long}</AddtlNtryInf>");
    let one = transactions(&entry("1.00", "CRDT", &(details + &rest))).remove(0);
    assert_eq!((one.remittance.len(), one.remittance[0].chars().count()), (100, 500));
    assert_eq!(one.end_to_end_id.unwrap().chars().count(), 140);
    assert_eq!(one.counterparty.unwrap().chars().count(), 140);
    assert_eq!(one.note.unwrap().chars().count(), 500);
}
