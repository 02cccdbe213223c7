//! Electronic invoices from others, in each syntax.

use plinth_domain::ContentType;
use plinth_e_documents::read_invoice;
use plinth_ports::e_documents::{InvoiceSyntax, ReceivedInvoice};

use crate::pdf::with_attachment;

const UBL: &str = include_str!("fixtures/invoice-ubl.xml");
const CREDIT_NOTE: &str = include_str!("fixtures/credit-note-ubl.xml");
const CII: &str = include_str!("fixtures/invoice-cii.xml");

fn read(text: &str) -> ReceivedInvoice {
    read_invoice(text.as_bytes(), ContentType::Other).unwrap()
}

fn refused(text: &str) -> &'static str {
    read_invoice(text.as_bytes(), ContentType::Other).unwrap_err().code.name()
}

fn refused_pdf(bytes: &[u8]) -> &'static str {
    read_invoice(bytes, ContentType::Pdf).unwrap_err().code.name()
}

#[test]
fn a_ubl_invoice_is_read_with_all_that_it_states() {
    let invoice = read(UBL);
    assert_eq!(invoice.syntax, InvoiceSyntax::Ubl);
    assert_eq!(invoice.warnings, []);
    assert_eq!(invoice.number.as_deref(), Some("L-4711/26"));
    assert_eq!((invoice.type_code.as_deref(), invoice.is_credit_note), (Some("380"), false));
    let days = [
        invoice.issued_on,
        invoice.due_on,
        invoice.delivered_on,
        invoice.period_from,
        invoice.period_until,
    ];
    let days = days.map(|day| day.unwrap().to_string());
    assert_eq!(days, ["2026-11-20", "2026-12-20", "2026-11-15", "2026-11-01", "2026-11-15"]);
    assert_eq!(invoice.currency.as_str(), "EUR");
    let references = [
        invoice.buyer_reference,
        invoice.order_reference,
        invoice.contract_reference,
        invoice.project_reference,
        invoice.payee,
    ];
    let references = references.map(Option::unwrap);
    assert_eq!(references, ["04011000-12345-03", "B-2026-7", "V-12", "P-1", "Nord Factoring AG"]);
    assert_eq!(invoice.preceding[0].number, "L-4600/26");
    assert_eq!(invoice.preceding[0].issued_on.unwrap().to_string(), "2026-10-01");
    assert_eq!(invoice.payment_terms.as_deref(), Some("#SKONTO#TAGE=10#PROZENT=2.00#\n"));
    assert_eq!(invoice.notes, ["Lieferung frei Baustelle\nDanke für Ihren Auftrag"]);
    assert_eq!(invoice.attachments, ["lieferschein.csv"]);
}

#[test]
fn the_parties_and_the_account_are_read() {
    let invoice = read(UBL);
    let seller = &invoice.seller;
    assert_eq!(seller.name.as_deref(), Some("Beton Nord GmbH & Co. KG"));
    assert_eq!(seller.vat_id.as_deref(), Some("DE136695976"));
    assert_eq!(seller.tax_number.as_deref(), Some("20/123/45678"));
    assert_eq!(seller.registration.as_deref(), Some("HRA 1234"));
    assert_eq!(seller.address_lines, ["Kiesweg 3", "Tor 2"]);
    let place = [&seller.post_code, &seller.city, &seller.country];
    assert_eq!(place.map(|part| part.as_deref().unwrap()), ["24103", "Kiel", "DE"]);
    assert_eq!(seller.email.as_deref(), Some("sand@beton.example"));
    assert_eq!(seller.contact.as_deref(), Some("Frau Sand"));
    assert_eq!(invoice.buyer.name.as_deref(), Some("Bau & Söhne GmbH"));
    assert_eq!(invoice.buyer.email.as_deref(), Some("eingang@bau.example"));
    let (account, bic) = &invoice.payment.accounts[0];
    assert_eq!(account.iban.as_deref(), Some("DE02120300000000202051"));
    assert_eq!(bic.as_deref(), Some("BYLADEM1001"));
    assert_eq!(invoice.payment.means_code.as_deref(), Some("58"));
    assert_eq!(invoice.payment.remittance.as_deref(), Some("L-4711/26"));
}

#[test]
fn lines_adjustments_and_totals_are_those_that_are_stated() {
    let invoice = read(UBL);
    let [concrete, sheets] = <[_; 2]>::try_from(invoice.lines).unwrap();
    assert_eq!((concrete.position.as_str(), concrete.name.as_str()), ("1", "Beton C25/30"));
    assert_eq!(concrete.description.as_deref(), Some("frei Baustelle"));
    assert_eq!((concrete.quantity.to_string(), concrete.unit.as_str()), ("12.5".into(), "MTQ"));
    assert_eq!((concrete.price.to_string(), concrete.price_quantity), ("98.40".into(), None));
    assert_eq!((concrete.adjustment_minor, concrete.net_minor), (-3000, 120_000));
    assert_eq!(concrete.vat_category, "S");
    assert_eq!(concrete.vat_percent.unwrap().to_string(), "19");
    assert_eq!(sheets.price_quantity.unwrap().to_string(), "100");
    assert_eq!((invoice.allowances[0].amount_minor, invoice.charges[0].amount_minor), (5000, 1000));
    assert_eq!(invoice.charges[0].reason.as_deref(), Some("Fracht"));
    let rows: Vec<_> = invoice.vat.iter().map(|row| (row.net_minor, row.vat_minor)).collect();
    assert_eq!(rows, [(115_000, 21_850), (4850, 340)]);
    let totals = invoice.totals;
    assert_eq!((totals.lines_minor, totals.net_minor), (Some(123_850), Some(119_850)));
    assert_eq!((totals.vat_minor, totals.gross_minor), (Some(22_190), Some(142_040)));
    assert_eq!((totals.prepaid_minor, totals.due_minor), (Some(42_040), Some(100_000)));
    assert_eq!(totals.rounding_minor, None);
}

#[test]
fn a_cii_invoice_is_read_with_all_that_it_states() {
    let invoice = read(CII);
    assert_eq!(invoice.syntax, InvoiceSyntax::Cii);
    assert_eq!(invoice.number.as_deref(), Some("471102"));
    assert_eq!(invoice.due_on.unwrap().to_string(), "2026-12-15");
    assert_eq!(invoice.seller.vat_id.as_deref(), Some("DE123456789"));
    assert_eq!(invoice.seller.tax_number.as_deref(), Some("201/113/40209"));
    let line = &invoice.lines[0];
    assert_eq!((line.unit.as_str(), line.net_minor), ("H87", 19_800));
    assert_eq!(line.quantity.to_string(), "20.0000");
    assert_eq!(invoice.vat[0].vat_minor, 3762);
    let totals = invoice.totals;
    assert_eq!((totals.gross_minor, totals.due_minor), (Some(23_562), Some(23_562)));
    assert_eq!((totals.vat_minor, totals.prepaid_minor), (Some(3762), None));
    assert_eq!(invoice.notes, ["Rechnung gemäß Bestellung."]);
    assert_eq!(invoice.warnings, []);
}

#[test]
fn a_credit_note_is_one_in_both_syntaxes() {
    let invoice = read(CREDIT_NOTE);
    assert!(invoice.is_credit_note);
    assert_eq!(invoice.seller.name.as_deref(), Some("株式会社コンクリート"));
    assert_eq!((invoice.lines[0].net_minor, invoice.totals.due_minor), (1500, Some(1500)));
    assert_eq!(invoice.vat[0].exemption.as_deref(), Some("Steuerfrei"));
    assert!(read(&CII.replace("<ram:TypeCode>380", "<ram:TypeCode>381")).is_credit_note);
}

#[test]
fn the_invoice_in_a_pdf_is_the_one_that_is_attached() {
    for name in ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"] {
        let pdf = with_attachment(name, CII.as_bytes());
        let invoice = read_invoice(&pdf, ContentType::Pdf).unwrap();
        assert_eq!(invoice.syntax, InvoiceSyntax::HybridPdf);
        assert_eq!(ReceivedInvoice { syntax: InvoiceSyntax::Cii, ..invoice }, read(CII));
    }
}

#[test]
fn a_pdf_without_an_invoice_is_told_apart_from_a_broken_one() {
    let other = with_attachment("plan.xml", CII.as_bytes());
    assert_eq!(refused_pdf(&other), "document.unsupported");
    assert_eq!(refused_pdf(&with_attachment("order-x.xml", b"<a/>")), "document.unsupported");
    assert_eq!(refused_pdf(&with_attachment("factur-x.xml", b"<a/>")), "document.unsupported");
    assert_eq!(refused_pdf(&with_attachment("factur-x.xml", b"<a>")), "document.malformed");
    assert_eq!(refused_pdf(CII.as_bytes()), "document.malformed");
    assert_eq!(refused_pdf(b"%PDF-1.7"), "document.malformed");
    assert_eq!(refused_pdf(b""), "document.malformed");
}

#[test]
fn a_broken_rule_is_a_warning_and_changes_no_value() {
    let wrong = CII.replace("<ram:GrandTotalAmount>235.62", "<ram:GrandTotalAmount>235.63");
    let invoice = read(&wrong);
    assert_eq!(invoice.totals.gross_minor, Some(23_563));
    assert!(invoice.warnings.iter().any(|warning| warning.code == "BR-CO-15"));
    let twice = CII.replace("<ram:ID>471102</ram:ID>", "<ram:ID>1</ram:ID><ram:ID>2</ram:ID>");
    assert_eq!(read(&twice).number.as_deref(), Some("1"));
    assert!(read(&twice).warnings.iter().any(|warning| warning.code == "duplicate"));
    let undated = CII.replace("20261215", "20269999");
    assert_eq!(read(&undated).due_on, None);
    assert!(read(&undated).warnings.iter().any(|warning| warning.code == "malformed"));
}

#[test]
fn a_total_that_is_not_stated_is_none() {
    let without = CII.replace("<ram:GrandTotalAmount>235.62</ram:GrandTotalAmount>", "");
    let invoice = read(&without);
    assert_eq!((invoice.totals.gross_minor, invoice.totals.due_minor), (None, Some(23_562)));
    let zero = CII.replace("<ram:GrandTotalAmount>235.62", "<ram:GrandTotalAmount>0");
    assert_eq!(read(&zero).totals.gross_minor, Some(0));
}

#[test]
fn the_vat_in_the_currency_of_the_accounts_is_no_total() {
    let foreign = "<ram:TaxTotalAmount currencyID=\"USD\">41.00</ram:TaxTotalAmount>";
    let both = CII.replace(
        "<ram:TaxTotalAmount currencyID=\"EUR\">",
        &format!("{foreign}<ram:TaxTotalAmount currencyID=\"EUR\">"),
    );
    assert_eq!(read(&both).totals.vat_minor, Some(3762));
}

#[test]
fn an_amount_or_a_quantity_that_cannot_be_read_is_refused() {
    for (good, bad) in [
        (">198.00</ram:LineTotalAmount>", ">198.001</ram:LineTotalAmount>"),
        (">198.00</ram:BasisAmount>", ">198,00</ram:BasisAmount>"),
        (">235.62</ram:DuePayableAmount>", ">99999999999999999999</ram:DuePayableAmount>"),
        (">20.0000<", ">twenty<"),
        (">EUR</ram:InvoiceCurrencyCode>", "></ram:InvoiceCurrencyCode>"),
        (">EUR</ram:InvoiceCurrencyCode>", ">euro</ram:InvoiceCurrencyCode>"),
        // Yen have no decimals.
        (">EUR</ram:InvoiceCurrencyCode>", ">JPY</ram:InvoiceCurrencyCode>"),
    ] {
        assert!(CII.contains(good), "{good}");
        assert_eq!(refused(&CII.replace(good, bad)), "document.malformed", "{bad}");
    }
}

#[test]
fn what_is_no_invoice_is_unsupported() {
    let camt = include_str!("fixtures/camt-08.xml");
    let old = CII.replace("CrossIndustryInvoice", "CrossIndustryDocument");
    let elsewhere = CII.replace("CrossIndustryInvoice:100", "CrossIndustryInvoice:200");
    let nowhere = UBL.replace(":schema:xsd:Invoice-2", ":schema:xsd:Order-2");
    for text in [camt, &old, &elsewhere, &nowhere, "<Invoice/>", "<html/>"] {
        assert_eq!(refused(text), "document.unsupported", "{text}");
    }
    assert_eq!(refused("%PDF-1.7"), "document.malformed");
}

#[test]
fn every_text_and_list_is_bounded() {
    let long = "ä".repeat(9000);
    let text =
        UBL.replace("Beton C25/30", &long).replace("Danke", &long).replace("B-2026-7", &long);
    let notes = "<cbc:Note>x</cbc:Note>".repeat(300) + "<cbc:DocumentCurrencyCode>";
    let text = text.replace("<cbc:DocumentCurrencyCode>", &notes);
    let invoice = read(&text);
    assert_eq!(invoice.lines[0].name.chars().count(), 200);
    assert_eq!(invoice.order_reference.unwrap().chars().count(), 200);
    assert_eq!((invoice.notes.len(), invoice.notes[0].chars().count()), (50, 5000));
    let line = UBL.find("<cac:InvoiceLine>").unwrap();
    let end = UBL.find("<cac:InvoiceLine><cbc:ID>2").unwrap();
    let short = "<cac:InvoiceLine/>".repeat(5000);
    let many = format!("{}{short}{}", &UBL[..line], &UBL[line..end]) + "</ubl:Invoice>";
    assert_eq!(refused(&many), "document.too_complex");
}
