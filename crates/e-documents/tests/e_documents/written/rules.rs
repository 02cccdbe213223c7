//! What an e-invoice cannot say, and how it says what has no field.

use plinth_domain::{
    CashDiscount, Currency, InvoiceContent, Text, UnitCode, VatCategory, pricing::PriceMode,
};
use plinth_e_documents::read_invoice;
use plinth_ports::{
    TransferReference,
    e_documents::{EInvoiceProfile, Unwritable, XmlSyntax},
};

use super::{
    Fixture, PROFILES, SYNTAXES,
    fixtures::{self, buyer, content, draft, issued, line, points, standard_rate, tax},
};

const EN: EInvoiceProfile = EInvoiceProfile::En16931;
const XR: EInvoiceProfile = EInvoiceProfile::XRechnung;

fn refused(fixture: &Fixture, profile: EInvoiceProfile) -> Unwritable {
    let [cii, ubl] = SYNTAXES.map(|(syntax, _)| fixture.write(syntax, profile).unwrap_err());
    assert_eq!(cii.code, ubl.code);
    cii
}

#[test]
fn what_the_profile_demands_is_named_by_its_rule() {
    let mut fixture = fixtures::standard();
    fixture.invoice.content.buyer_reference = None;
    let refusal = refused(&fixture, XR);
    assert_eq!(refusal.code.name(), "e_invoice.incomplete");
    assert!(refusal.detail.contains("BR-DE-15"), "{refusal}");
    assert!(fixture.write(XmlSyntax::Ubl, EN).is_ok());

    let mut unknown = fixtures::standard();
    unknown.lines[0].draft.unit = UnitCode::parse("QQ9").unwrap();
    let refusal = refused(&unknown, EN);
    assert!(refusal.detail.contains("BR-CL-23"), "{refusal}");

    let mut draft = fixtures::standard();
    draft.invoice.number = None;
    assert_eq!(refused(&draft, EN).code.name(), "e_invoice.incomplete");
}

#[test]
fn an_explanation_is_bounded() {
    let mut fixture =
        fixtures::of_lines("units", vec![line("Beton", "1", "QQ9", "1", standard_rate()); 500]);
    fixture.invoice.content.buyer_reference = None;
    assert_eq!(refused(&fixture, EN).detail.chars().count(), 1_000);
}

fn in_currency(code: &str, price: &str) -> Fixture {
    let content = InvoiceContent { currency: Currency::parse(code).unwrap(), ..content() };
    let lines = vec![line("Beton", "1", "C62", price, tax(VatCategory::Zero, 0, None))];
    issued("currency", draft(content, lines), buyer("DE", None))
}

#[test]
fn an_amount_has_two_decimals_at_most() {
    for (code, fits, beyond) in [("KWD", "1.23", "1.234"), ("CLF", "1.23", "1.2345")] {
        for (profile, _) in PROFILES {
            let fixture = in_currency(code, fits);
            for (syntax, _) in SYNTAXES {
                let xml = fixture.write(syntax, profile).unwrap();
                let read = read_invoice(&xml, plinth_domain::ContentType::Other).unwrap();
                assert_eq!(read.totals.due_minor, Some(fixture.invoice.totals.due));
            }
            assert_eq!(
                refused(&in_currency(code, beyond), profile).code.name(),
                "e_invoice.amount"
            );
        }
    }
}

#[test]
fn an_amount_is_at_most_a_million_millions() {
    let at_most = in_currency("EUR", "999999999999.99");
    assert!(at_most.write(XmlSyntax::Cii, EN).is_ok());
    let lines = vec![line("Beton", "2", "C62", "999999999999", standard_rate())];
    let beyond = fixtures::of_lines("beyond", lines);
    assert_eq!(refused(&beyond, EN).code.name(), "e_invoice.amount");
}

#[test]
fn the_partial_invoices_are_references_in_ubl_and_a_note_in_cii() {
    let fixture = fixtures::last();
    let ubl = fixture.text(XmlSyntax::Ubl, XR);
    assert_eq!(ubl.matches("<cac:InvoiceDocumentReference>").count(), 2);
    let cii = fixture.text(XmlSyntax::Cii, XR);
    let note = "Abgezogene Teilrechnungen: RE-2026-00007 (01.09.2026), RE-2026-00019 (01.10.2026)";
    assert!(cii.contains(note) && !cii.contains("InvoiceReferencedDocument"));
    let note = fixtures::credit_note().text(XmlSyntax::Cii, XR);
    assert_eq!(note.matches("<ram:InvoiceReferencedDocument>").count(), 1);
}

#[test]
fn what_is_not_subject_to_vat_names_no_vat_ids() {
    let lines =
        vec![line("Schadenersatz", "1", "C62", "100", tax(VatCategory::OutOfScope, 0, None))];
    let mut fixture = fixtures::of_lines("out-of-scope", lines);
    for registration in [Text::parse("HRB 1").ok(), None] {
        fixture.invoice.parties.as_mut().unwrap().seller.registration = registration;
        for (syntax, _) in SYNTAXES {
            for (profile, _) in PROFILES {
                let xml = fixture.text(syntax, profile);
                assert!(!xml.contains("DE136695976") && xml.contains("VATEX-EU-O"));
            }
        }
    }
}

#[test]
fn a_supply_within_the_union_says_where_it_went_and_a_credit_note_keeps_its_period() {
    let lines = vec![line("Beton", "1", "C62", "100", tax(VatCategory::IntraCommunity, 0, None))];
    let to = buyer("NL", Some("NL123456782B90"));
    let fixture = issued("within", draft(content(), lines), to.clone());
    assert!(fixture.text(XmlSyntax::Ubl, XR).contains("<cac:DeliveryLocation>"));
    let original = fixture.invoice.clone();
    let (note, lines) =
        original.credit(original.id, fixture.lines, None, None, fixtures::AT).unwrap();
    let mut note = issued("note", (note, lines), to);
    note.invoice.content.service = plinth_domain::Schedule::default();
    assert!(refused(&note, EN).detail.contains("BR-IC-11"));
    note.references.corrected_supply = Some(original.content.service);
    assert!(note.write(XmlSyntax::Cii, XR).is_ok());
}

#[test]
fn a_discount_without_days_is_told_in_words() {
    let discounts = vec![
        CashDiscount::new(0, points(250)).unwrap(),
        CashDiscount::new(10, points(200)).unwrap(),
    ];
    let content = InvoiceContent { discounts, ..content() };
    let fixture = issued("at-once", draft(content, fixtures::building_site()), buyer("DE", None));
    let ubl = fixture.text(XmlSyntax::Ubl, XR);
    let terms = "ohne Abzug.\n2,50 % Skonto bei Zahlung am Rechnungstag.\n\
                 #SKONTO#TAGE=10#PROZENT=2.00#\n";
    assert!(ubl.contains(terms), "{ubl}");
}

#[test]
fn a_discount_is_one_on_what_is_paid_now() {
    let discounts = vec![
        CashDiscount::new(0, points(250)).unwrap(),
        CashDiscount::new(10, points(200)).unwrap(),
    ];
    let retained =
        |points| InvoiceContent { discounts: discounts.clone(), retention: points, ..content() };
    let of = |points| {
        let lines = vec![line("Beton", "1", "C62", "100", standard_rate())];
        issued("retained", draft(retained(points), lines), buyer("DE", None))
    };
    let fixture = of(points(1_000));
    assert_eq!(fixture.invoice.discount_base(0), 10_710);
    for (syntax, _) in SYNTAXES {
        let terms = "2,50 % Skonto auf 107,10 EUR bei Zahlung am Rechnungstag.\n\
                     #SKONTO#TAGE=10#PROZENT=2.00#BASISBETRAG=107.10#\n";
        let xml = fixture.text(syntax, XR);
        assert!(xml.contains(terms), "{xml}");
        // Nothing is paid now, so nothing is less.
        assert!(!of(points(10_000)).text(syntax, XR).to_lowercase().contains("skonto"));
    }
}

#[test]
fn a_payment_carries_its_reference() {
    let mut fixture = fixtures::standard();
    fixture.references.transfer = Some(TransferReference::Creditor("RF18539007547034".to_owned()));
    assert!(fixture.text(XmlSyntax::Cii, XR).contains("RF18539007547034"));
}

#[test]
fn a_gross_price_is_written_as_the_net_price_of_its_line() {
    let content = InvoiceContent { price_mode: PriceMode::Gross, ..content() };
    let lines = vec![line("Gutschein", "1", "C62", "500.00", standard_rate())];
    let fixture = issued("gross", draft(content, lines), buyer("DE", None));
    let ubl = fixture.text(XmlSyntax::Ubl, XR);
    assert!(ubl.contains(">420.17</cbc:PriceAmount>"), "{ubl}");
    assert!(ubl.contains(">500.00</cbc:PayableAmount>"), "{ubl}");
}
