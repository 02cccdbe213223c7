//! What stands in an entry.

use crate::support::{amounts, entry, read_one, transactions};

fn details(parts: &[&str]) -> String {
    let parts: Vec<_> = parts.iter().map(|part| format!("<TxDtls>{part}</TxDtls>")).collect();
    format!("<NtryDtls>{}</NtryDtls>", parts.concat())
}

#[test]
fn only_booked_entries_become_transactions() {
    for status in ["PDNG", "INFO", "FUTR", "", "book"] {
        let statement = read_one(&entry("1.00", "CRDT", "").replace("BOOK", status));
        assert_eq!((statement.transactions.len(), statement.not_booked), (0, 1), "{status}");
    }
    let older = entry("1.00", "CRDT", "").replace("<Cd>BOOK</Cd>", "BOOK");
    assert_eq!(amounts(&transactions(&older)), [100]);
}

#[test]
fn each_part_of_a_batch_has_its_own_amount() {
    let parts = ["<Amt Ccy='EUR'>100.00</Amt>", "<Amt Ccy='EUR'>200.00</Amt>"];
    assert_eq!(
        amounts(&transactions(&entry("300.00", "CRDT", &details(&parts)))),
        [10_000, 20_000]
    );
    // Version 02 has the amounts below AmtDtls only, and no direction.
    let below = parts.map(|amount| format!("<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"));
    let below = details(&[below[0].as_str(), below[1].as_str()]);
    assert_eq!(amounts(&transactions(&entry("300.00", "DBIT", &below))), [-10_000, -20_000]);
    let apart = details(&parts[..1]) + &details(&parts[1..]);
    assert_eq!(amounts(&transactions(&entry("300.00", "CRDT", &apart))), [10_000, 20_000]);
    let mixed = parts[1].to_owned() + "<CdtDbtInd>DBIT</CdtDbtInd>";
    let mixed = details(&["<Amt Ccy='EUR'>500.00</Amt>", &mixed]);
    assert_eq!(amounts(&transactions(&entry("300.00", "CRDT", &mixed))), [50_000, -20_000]);
}

#[test]
fn the_total_of_a_batch_is_no_payment() {
    let silent = transactions(&entry("300.00", "CRDT", &details(&["<Refs/>", "<Refs/>"])));
    assert_eq!((amounts(&silent), silent[0].batch), (vec![30_000], Some(2)));
    let counted = "<NtryDtls><Btch><NbOfTxs>25</NbOfTxs></Btch></NtryDtls>";
    let counted = transactions(&entry("300.00", "CRDT", counted));
    assert_eq!((amounts(&counted), counted[0].batch), (vec![30_000], Some(25)));
    let single = transactions(&entry("300.00", "CRDT", ""));
    assert_eq!((amounts(&single), single[0].batch), (vec![30_000], None));
}

#[test]
fn what_a_batch_does_not_list_is_one_transaction_more() {
    let part = "<TxDtls><Amt Ccy='EUR'>100.00</Amt></TxDtls>";
    let listed = format!("<NtryDtls><Btch><NbOfTxs>4</NbOfTxs></Btch>{part}</NtryDtls>");
    let statement = read_one(&entry("300.00", "CRDT", &listed));
    assert_eq!(amounts(&statement.transactions), [10_000, 20_000]);
    assert_eq!(statement.transactions[1].batch, Some(3));
    assert!(statement.warnings.is_empty());
}

#[test]
fn parts_that_do_not_make_the_entry_are_told() {
    let parts = ["<Amt Ccy='EUR'>100.00</Amt>", "<Amt Ccy='EUR'>200.00</Amt>"];
    let statement = read_one(&entry("299.00", "CRDT", &details(&parts)));
    assert_eq!(amounts(&statement.transactions), [10_000, 20_000]);
    assert_eq!(statement.warnings[0].code, "entry");
}

#[test]
fn a_payment_in_another_currency_counts_as_booked() {
    let part = details(&["<Amt Ccy='USD'>110.00</Amt>"]);
    let one = transactions(&entry("100.00", "CRDT", &part));
    assert_eq!((amounts(&one), one[0].amount.currency.as_str()), (vec![10_000], "EUR"));
    let counter = "<Amt Ccy='USD'>1.00</Amt><AmtDtls><CntrValAmt><Amt Ccy='EUR'>2.00</Amt>\
                   </CntrValAmt></AmtDtls>";
    let two = transactions(&entry("4.00", "CRDT", &details(&[counter, counter])));
    assert_eq!(amounts(&two), [200, 200]);
}

#[test]
fn a_reversal_and_a_return_take_something_back() {
    let of = |rest: &str| transactions(&entry("9.00", "DBIT", rest)).remove(0);
    assert!(of("<RvslInd>true</RvslInd>").reversal && of("<RvslInd>1</RvslInd>").reversal);
    assert!(!of("<RvslInd>false</RvslInd>").reversal && !of("").reversal);
    let coded = of(&details(&["<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"]));
    assert_eq!((coded.reversal, coded.return_reason.as_deref()), (true, Some("AC04")));
    let worded = of(&details(&["<RtrInf><AddtlInf>Konto erloschen</AddtlInf></RtrInf>"]));
    assert_eq!(worded.return_reason.as_deref(), Some("Konto erloschen"));
}

#[test]
fn the_counterparty_follows_from_the_direction() {
    let parties = "<RltdPties><Dbtr><Nm>Payer</Nm></Dbtr><DbtrAcct><Id><IBAN>DE89 3704 0044 0532 \
                   0130 00</IBAN></Id></DbtrAcct><Cdtr><Pty><Nm>Payee</Nm></Pty></Cdtr>\
                   <CdtrAcct><Id><Othr><Id>12-3</Id></Othr></Id></CdtrAcct></RltdPties>";
    let of = |indicator: &str, rest: &str| {
        let rest = rest.to_owned() + &details(&[parties]);
        let one = transactions(&entry("1.00", indicator, &rest)).remove(0);
        (one.counterparty.unwrap(), one.counterparty_account)
    };
    let (name, account) = of("CRDT", "");
    assert_eq!((name.as_str(), account.iban.as_deref()), ("Payer", Some("DE89370400440532013000")));
    let (name, account) = of("DBIT", "");
    assert_eq!((name.as_str(), account.other.as_deref()), ("Payee", Some("12-3")));
    assert_eq!(of("DBIT", "<RvslInd>true</RvslInd>").0, "Payer");
    assert_eq!(of("CRDT", "<RvslInd>true</RvslInd>").0, "Payee");
}

#[test]
fn the_owner_of_the_account_is_no_counterparty() {
    let parties = "<RltdPties><Cdtr><Nm>We</Nm></Cdtr><CdtrAcct><Id><IBAN>DE02120300000000202051\
                   </IBAN></Id></CdtrAcct></RltdPties>";
    let one = transactions(&entry("1.00", "CRDT", &details(&[parties]))).remove(0);
    assert_eq!((one.counterparty, one.counterparty_account), (None, <_>::default()));
}

#[test]
fn references_are_kept_and_fillers_are_not() {
    let of = |refs: &str| {
        let rest = details(&[&format!("<Refs>{refs}</Refs>")]);
        transactions(&entry("1.00", "CRDT", &rest)).remove(0)
    };
    let given = of("<AcctSvcrRef>B1</AcctSvcrRef><EndToEndId> E1 </EndToEndId><MndtId>M1</MndtId>");
    assert_eq!(given.bank_reference.as_deref(), Some("B1"));
    assert_eq!(given.end_to_end_id.as_deref(), Some("E1"));
    assert_eq!(given.mandate_id.as_deref(), Some("M1"));
    for filler in ["NOTPROVIDED", "notprovided", "NONREF"] {
        let filled =
            of(&format!("<AcctSvcrRef>{filler}</AcctSvcrRef><EndToEndId>{filler}</EndToEndId>"));
        assert_eq!((filled.end_to_end_id, filled.bank_reference), (None, None));
    }
}

#[test]
fn structured_remittances_are_read_beside_text() {
    let info = "<RmtInf><Ustrd>Danke</Ustrd><Strd><RfrdDocInf><Nb>RE-1</Nb></RfrdDocInf>\
                <RfrdDocInf><Nb>RE-2</Nb></RfrdDocInf><CdtrRefInf><Ref>rf18 5390 0754 7034</Ref>\
                </CdtrRefInf></Strd><Strd><CdtrRefInf><Ref>RF19539007547034</Ref></CdtrRefInf>\
                <AddtlRmtInf>Teil 2</AddtlRmtInf></Strd></RmtInf>";
    let one = transactions(&entry("1.00", "CRDT", &details(&[info]))).remove(0);
    assert_eq!(one.document_numbers, ["RE-1", "RE-2"]);
    assert_eq!(one.remittance, ["Danke", "Teil 2"]);
    let references: Vec<_> =
        one.creditor_references.iter().map(|r| (r.text.as_str(), r.is_rf)).collect();
    assert_eq!(references, [("rf18539007547034", true), ("RF19539007547034", false)]);
}

#[test]
fn a_day_is_the_one_that_the_bank_states() {
    let of = |day: &str| {
        let dated = entry("1.00", "CRDT", "").replace("<Dt>2026-11-27</Dt>", day);
        transactions(&dated).remove(0).booked_on.to_string()
    };
    assert_eq!(of("<DtTm>2026-11-27T23:30:00+01:00</DtTm>"), "2026-11-27");
    assert_eq!(of("<DtTm>2026-11-27T00:30:00.123Z</DtTm>"), "2026-11-27");
    assert_eq!(of("<Dt>2026-11-27+01:00</Dt>"), "2026-11-27");
    let undated = entry("1.00", "CRDT", "<ValDt><Dt>2026-11-30</Dt></ValDt>");
    let undated = undated.replace("<BookgDt><Dt>2026-11-27</Dt></BookgDt>", "");
    assert_eq!(transactions(&undated)[0].booked_on.to_string(), "2026-11-30");
}

#[test]
fn amounts_have_the_decimals_of_their_currency() {
    let of = |amount: &str, code: &str| {
        let text = entry(amount, "CRDT", "").replace("EUR", code);
        amounts(&transactions(&text))[0]
    };
    assert_eq!(of("10.5", "EUR"), 1050);
    assert_eq!(of("1234", "JPY"), 1234);
    assert_eq!(of("1.234", "KWD"), 1234);
}
