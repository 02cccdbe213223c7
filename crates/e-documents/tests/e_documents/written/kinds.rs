//! Every kind in every syntax and profile.

use plinth_domain::ContentType;
use plinth_e_documents::read_invoice;
use plinth_ports::e_documents::{ReceivedInvoice, ReceivedTotals};

use super::{Fixture, PROFILES, SYNTAXES, fixtures, keep};

fn read(xml: &[u8]) -> ReceivedInvoice {
    read_invoice(xml, ContentType::Other).unwrap()
}

/// What the invoice has to state.
fn expected(fixture: &Fixture) -> ReceivedTotals {
    let totals = &fixture.invoice.totals;
    let some = |minor: i64| (minor != 0).then_some(minor);
    ReceivedTotals {
        lines_minor: Some(totals.lines),
        net_minor: Some(totals.net),
        vat_minor: Some(totals.tax),
        gross_minor: Some(totals.gross),
        prepaid_minor: some(totals.prepaid),
        rounding_minor: some(totals.rounding),
        due_minor: Some(totals.due),
    }
}

#[test]
fn each_kind_of_invoice_keeps_the_rules_and_is_read_back_with_equal_totals() {
    let fixtures = fixtures::all();
    assert_eq!(fixtures.len(), 13);
    for fixture in &fixtures {
        for (syntax, ending) in SYNTAXES {
            for (profile, name) in PROFILES {
                let what = format!("{}.{name}.{ending}.xml", fixture.name);
                let xml = fixture.write(syntax, profile).unwrap_or_else(|e| panic!("{what}: {e}"));
                assert_eq!(fixture.write(syntax, profile).unwrap(), xml, "{what}");
                keep(&what, &xml);
                let read = read(&xml);
                assert_eq!(read.warnings, [], "{what}");
                assert_eq!(read.totals, expected(fixture), "{what}");
                assert_eq!(read.number.as_deref(), Some("RE-2026-00042"), "{what}");
                assert_eq!(read.lines.len(), fixture.lines.len(), "{what}");
                let files = fixture.references.files.iter();
                let files = files.map(|file| file.attachment.name.as_str());
                assert_eq!(read.attachments, files.collect::<Vec<_>>(), "{what}");
                for (read, line) in read.lines.iter().zip(&fixture.lines) {
                    assert_eq!(read.net_minor, line.net, "{what}");
                }
                let rows = read.vat.iter().map(|row| (row.net_minor, row.vat_minor));
                let own = fixture.invoice.totals.vat.iter().map(|row| (row.net, row.tax));
                assert_eq!(rows.collect::<Vec<_>>(), own.collect::<Vec<_>>(), "{what}");
            }
        }
    }
}

#[test]
fn the_type_of_the_document_says_its_kind() {
    let types: Vec<_> =
        [fixtures::standard(), fixtures::partial(), fixtures::last(), fixtures::credit_note()]
            .iter()
            .map(|fixture| {
                let xml = fixture.write(SYNTAXES[1].0, PROFILES[1].0).unwrap();
                let read = read(&xml);
                (read.type_code.unwrap(), read.is_credit_note)
            })
            .collect();
    let types: Vec<_> = types.iter().map(|(code, is_note)| (code.as_str(), *is_note)).collect();
    assert_eq!(types, [("380", false), ("326", false), ("877", false), ("381", true)]);
}

#[test]
fn texts_and_references_reach_the_reader() {
    for (syntax, _) in SYNTAXES {
        let read = read(&fixtures::partial().write(syntax, PROFILES[1].0).unwrap());
        assert_eq!(read.contract_reference.as_deref(), Some("V-2026-3"));
        assert_eq!(read.project_reference.as_deref(), Some("KAI-7"));
        assert_eq!(read.order_reference.as_deref(), Some("B-2026/7"));
        assert_eq!(read.buyer_reference.as_deref(), Some("04011000-1234512345-06"));
        assert_eq!(read.payment.remittance.as_deref(), Some("RE-2026-00042"));
        assert_eq!(read.payment.accounts[0].0.iban.as_deref(), Some("DE89370400440532013000"));
        assert_eq!(
            read.payment_terms.as_deref(),
            Some(
                "Zahlbar bis 12.12.2026 ohne Abzug.\n\
                 #SKONTO#TAGE=7#PROZENT=3.00#BASISBETRAG=1936.83#\n\
                 #SKONTO#TAGE=14#PROZENT=1.50#BASISBETRAG=1936.83#\n"
            )
        );
        assert_eq!(read.lines[0].name, "Beton C25/30 <frei>");
        assert_eq!(
            read.lines[0].description.as_deref(),
            Some("Beton C25/30 <frei>\nmit Lieferung")
        );
        assert_eq!(read.lines[1].adjustment_minor, -375);
        assert_eq!(read.period_until, Some(fixtures::day(11, 20)));
        // The amount due is the whole: what is retained has no field.
        assert_eq!(read.totals.due_minor, read.totals.gross_minor);
        let note =
            "Sicherheitseinbehalt 5,00 %: 101,94 EUR des Zahlbetrags sind erst später fällig.";
        assert_eq!(read.notes, ["Vielen Dank für Ihren Auftrag.", note]);
    }
}
