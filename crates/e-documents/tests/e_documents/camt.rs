//! Whole messages: versions, encodings, statements, balances, fingerprints.

use std::collections::BTreeSet;

use plinth_domain::remittance::mentions;
use plinth_e_documents::read_statement;

use crate::support::{HEAD, TAIL, amounts, entry, message, read_one, stmt};

const V02: &[u8] = include_bytes!("fixtures/camt-02.xml");
const V04: &[u8] = include_bytes!("fixtures/camt-04.xml");
const V08: &[u8] = include_bytes!("fixtures/camt-08.xml");

#[test]
fn each_version_of_a_message_is_read_the_same() {
    let [first, second, third] = [V02, V04, V08].map(|bytes| read_statement(bytes).unwrap());
    assert_eq!(first, second);
    assert_eq!(second, third);
    let newest = String::from_utf8_lossy(V08).replace("camt.053.001.08", "camt.053.001.13");
    assert_eq!(read_statement(newest.as_bytes()).unwrap(), third);
}

#[test]
fn a_message_of_a_bank_is_read_whole() {
    let [statement] = <[_; 1]>::try_from(read_statement(V08).unwrap()).unwrap();
    assert_eq!(statement.id, "S-2026-11-27");
    assert_eq!(statement.account.iban.as_deref(), Some("DE02120300000000202051"));
    assert_eq!(statement.currency.as_str(), "EUR");
    assert_eq!(statement.closing.unwrap().amount.amount_minor, 100_000);
    assert_eq!((statement.opening, statement.adds_up), (None, None));
    assert_eq!(statement.not_booked, 1);
    assert!(statement.warnings.is_empty(), "{:?}", statement.warnings);
    let transactions = &statement.transactions;
    assert_eq!(amounts(transactions), [11_900, 5000, 10_000, 20_000, -11_900, 1050]);

    let split = &transactions[0];
    assert_eq!(split.counterparty.as_deref(), Some("Stadt Musterstadt"));
    assert_eq!(split.counterparty_account.iban.as_deref(), Some("DE89370400440532013000"));
    assert_eq!(
        (split.end_to_end_id.as_deref(), split.bank_reference.as_deref()),
        (None, Some("AS1"))
    );
    assert!(mentions("RE-2026-00042", &split.remittance));
    assert!(!mentions("RE-2026-0004", &split.remittance));

    let structured = &transactions[1];
    assert_eq!(structured.creditor_references[0].text, "RF18539007547034");
    assert!(structured.creditor_references[0].is_rf);
    assert_eq!(structured.end_to_end_id.as_deref(), Some("E2E-7"));

    let returned = &transactions[4];
    assert!(returned.reversal && !transactions[3].reversal);
    assert_eq!(returned.return_reason.as_deref(), Some("AC04"));
    assert_eq!(transactions[5].note.as_deref(), Some("RE-2026-00045"));
    assert_eq!(transactions[5].booked_on.to_string(), "2026-11-27");
}

#[test]
fn a_message_in_an_older_encoding_is_read() {
    let text = format!("{HEAD}{}{TAIL}", stmt("Jänner", &entry("1.00", "CRDT", "")));
    let text = text.replace("UTF-8", "ISO-8859-1");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    assert_eq!(read_statement(&latin).unwrap()[0].id, "Jänner");
    let marked = format!("\u{feff}{}", text.replace("ISO-8859-1", "UTF-8"));
    assert_eq!(read_statement(marked.as_bytes()).unwrap()[0].id, "Jänner");
}

#[test]
fn a_message_with_prefixes_is_read() {
    let plain = String::from_utf8_lossy(V08);
    let prefixed = plain.replace("</", "\u{1}").replace('<', "<c:").replace('\u{1}', "</c:");
    let prefixed = prefixed.replace("<c:?xml", "<?xml").replace("xmlns=", "xmlns:c=");
    assert_eq!(read_statement(prefixed.as_bytes()).unwrap(), read_statement(V08).unwrap());
}

#[test]
fn the_entries_are_held_against_the_balances() {
    let balance = |kind: &str, amount: &str, sign: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
             <CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-11-27</Dt></Dt></Bal>"
        )
    };
    let entries = entry("30.00", "CRDT", "") + &entry("10.50", "DBIT", "");
    let pending = entry("9.00", "CRDT", "").replace("BOOK", "PDNG");
    let of = |opening: String, closing: String| {
        read_one(&format!("{opening}{closing}{entries}{pending}"))
    };
    let good = of(balance("OPBD", "5.00", "DBIT"), balance("CLBD", "14.50", "CRDT"));
    assert_eq!(good.adds_up, Some(true));
    assert_eq!(good.opening.unwrap().amount.amount_minor, -500);
    assert!(good.warnings.is_empty());
    let before = of(balance("PRCD", "5.00", "DBIT"), balance("CLBD", "14.50", "CRDT"));
    assert_eq!(before.adds_up, Some(true));
    let wrong = of(balance("OPBD", "5.00", "CRDT"), balance("CLBD", "14.50", "CRDT"));
    assert_eq!((wrong.adds_up, wrong.warnings[0].code.as_str()), (Some(false), "balance"));
    let interim = of(balance("OPBD", "5.00", "CRDT"), balance("CLAV", "14.50", "CRDT"));
    assert_eq!(interim.adds_up, None);
}

#[test]
fn a_transaction_has_one_fingerprint_in_every_statement_that_lists_it() {
    let day = entry("5.00", "CRDT", "<AcctSvcrRef>X</AcctSvcrRef>");
    let other = entry("6.00", "CRDT", "<AcctSvcrRef>Y</AcctSvcrRef>");
    let numbered = day.replace("<AcctSvcrRef>", "<ValDt><Dt>2026-11-28</Dt></ValDt><AcctSvcrRef>");
    let statements = stmt("1", &day) + &stmt("1", &(other + &numbered));
    let [daily, monthly] =
        <[_; 2]>::try_from(read_statement(&message(&statements)).unwrap()).unwrap();
    assert_eq!(daily.transactions[0].fingerprint, monthly.transactions[1].fingerprint);
    assert_ne!(daily.transactions[0].fingerprint, monthly.transactions[0].fingerprint);
}

#[test]
fn a_remittance_text_that_is_split_elsewhere_is_the_same() {
    let remitted = |lines: &str| {
        let info = format!("<RmtInf>{lines}</RmtInf>");
        let details = format!("<NtryDtls><TxDtls>{info}</TxDtls></NtryDtls>");
        read_one(&entry("5.00", "CRDT", &details)).transactions[0].fingerprint
    };
    let whole = remitted("<Ustrd>Rechnung RE-1</Ustrd>");
    assert_eq!(whole, remitted("<Ustrd>Rechnung R</Ustrd><Ustrd>E-1</Ustrd>"));
    assert_ne!(whole, remitted("<Ustrd>Rechnung RE-2</Ustrd>"));
}

#[test]
fn transactions_that_are_alike_stay_apart_within_a_statement() {
    let twice = entry("5.00", "CRDT", "").repeat(2);
    let [first, second] = <[_; 2]>::try_from(read_one(&twice).transactions).unwrap();
    assert_ne!(first.fingerprint, second.fingerprint);
    let again = read_one(&(entry("7.00", "CRDT", "") + &twice)).transactions;
    assert_eq!(
        [first.fingerprint, second.fingerprint],
        [again[1].fingerprint, again[2].fingerprint]
    );
}

#[test]
fn every_part_of_a_fingerprint_counts() {
    let details = |inner: &str| format!("<NtryDtls><TxDtls>{inner}</TxDtls></NtryDtls>");
    let entries = [
        entry("5.00", "CRDT", ""),
        entry("5.01", "CRDT", ""),
        entry("5.00", "DBIT", ""),
        entry("5.00", "CRDT", "<RvslInd>true</RvslInd>"),
        entry("5.00", "CRDT", "").replace("11-27", "11-26"),
        entry("5.00", "CRDT", "").replace("EUR", "USD"),
        entry("5.00", "CRDT", "<AcctSvcrRef>A</AcctSvcrRef>"),
        entry("5.00", "CRDT", &details("<Refs><EndToEndId>A</EndToEndId></Refs>")),
        entry(
            "5.00",
            "CRDT",
            &details("<RltdPties><DbtrAcct><Id><IBAN>A</IBAN></Id></DbtrAcct></RltdPties>"),
        ),
        entry(
            "5.00",
            "CRDT",
            &details("<RmtInf><Strd><CdtrRefInf><Ref>A</Ref></CdtrRefInf></Strd></RmtInf>"),
        ),
        entry("5.00", "CRDT", &details("<RmtInf><Ustrd>A</Ustrd></RmtInf>")),
    ];
    let prints: BTreeSet<_> =
        entries.iter().map(|entry| read_one(entry).transactions[0].fingerprint).collect();
    assert_eq!(prints.len(), entries.len());
    let elsewhere = String::from_utf8(message(&stmt("1", &entries[0]))).unwrap();
    let elsewhere = elsewhere.replace("DE02120300000000202051", "DE89370400440532013000");
    let elsewhere = read_statement(elsewhere.as_bytes()).unwrap();
    assert!(!prints.contains(&elsewhere[0].transactions[0].fingerprint));
}
