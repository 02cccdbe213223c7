//! Invoices of a construction company.

mod kinds;

use plinth_ports::{
    CreditTransfer, PrintedDetails, PrintedInvoice, PrintedKind, PrintedLine, PrintedSeller,
    PrintedTax, PrintedTotals, TransferReference,
};

pub use kinds::{credit_note, last, mixed, yen};

const DETAILED: &str = "Liefern und Einbauen von Stahlbeton C25/30 für Fundamente und Bodenplatten \
    nach DIN EN 206-1, einschließlich Verdichtung, Nachbehandlung und Güteüberwachung.";

/// Cents as a German text: `1.234,56`.
pub fn german(cents: u32) -> String {
    format!("{},{:02}", grouped(cents / 100), cents % 100)
}

fn grouped(whole: u32) -> String {
    let digits = whole.to_string();
    let first = digits.len() % 3;
    let mut groups = vec![&digits[..first]];
    groups.extend(digits.as_bytes()[first..].chunks(3).map(|group| str::from_utf8(group).unwrap()));
    groups.into_iter().filter(|group| !group.is_empty()).collect::<Vec<_>>().join(".")
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn seller() -> PrintedSeller {
    PrintedSeller {
        name: "Bau & Söhne GmbH".into(),
        address: texts(&["Hauptstraße 1", "12345 Musterstadt"]),
        contact: Some("Erika Beispiel".into()),
        phone: Some("+49 30 1234567".into()),
        email: Some("rechnung@bau-soehne.example".into()),
        website: Some("www.bau-soehne.example".into()),
        vat_id: Some("DE136695976".into()),
        tax_number: Some("12/345/67890".into()),
        registration: texts(&[
            "Amtsgericht Musterstadt, HRB 12345",
            "Geschäftsführung: Max Muster",
        ]),
        bank: Some("Bayerische Landesbank".into()),
        iban: Some("DE02 1203 0000 0000 2020 51".into()),
        bic: Some("BYLADEM1001".into()),
        account_holder: None,
        footer: texts(&["Es gelten unsere Allgemeinen Geschäftsbedingungen."]),
    }
}

/// A line whose amount is `cents`, after lines of `before` cents.
fn line(position: usize, cents: u32, before: u32) -> PrintedLine {
    PrintedLine {
        position: position.to_string(),
        text: format!("Betonarbeiten Abschnitt {position}"),
        description: (position % 3 == 1).then(|| DETAILED.to_owned()),
        quantity: "12,5".into(),
        unit: "m³".into(),
        unit_price: "98,40".into(),
        adjustment: (position % 4 == 2).then(|| "Nachlass 5 %".to_owned()),
        tax_rate: "19 %".into(),
        amount: german(cents),
        carried: german(before + cents),
    }
}

/// An invoice in German with this many positions.
pub fn standard(count: usize) -> PrintedInvoice {
    let mut sum = 0;
    let mut lines = Vec::new();
    for position in 1..=count {
        let cents = 123_000 + u32::try_from(position).unwrap();
        lines.push(line(position, cents, sum));
        sum += cents;
    }
    let (tax, net) = (sum * 19 / 100, german(sum));
    let gross = german(sum + tax);
    PrintedInvoice {
        language: "de".into(),
        kind: PrintedKind::Standard,
        number: "RE-2026-00042".into(),
        currency: "EUR".into(),
        seller: seller(),
        buyer: texts(&["Stadt Musterstadt", "Tiefbauamt", "Marktplatz 2", "54321 Beispielstadt"]),
        details: PrintedDetails {
            issued_on: "28.11.2026".into(),
            service: Some("01.10. – 31.10.2026".into()),
            due_on: Some("12.12.2026".into()),
            customer_number: Some("10042".into()),
            buyer_reference: Some("04011000-1234512345-06".into()),
            project: Some("Kita Sonnenblume, Neubau".into()),
            ..PrintedDetails::default()
        },
        introduction: Some("Für unsere Leistungen im Oktober 2026 berechnen wir:".into()),
        lines,
        adjustments: Vec::new(),
        taxes: vec![taxed("S", "19 %", &net, &german(tax))],
        totals: PrintedTotals {
            lines: net.clone(),
            net,
            tax: german(tax),
            gross: gross.clone(),
            prepaid: None,
            rounding: None,
            due: gross,
        },
        deductions: Vec::new(),
        retention: None,
        cash_discounts: Vec::new(),
        credit_transfer: Some(CreditTransfer {
            name: "Bau & Söhne GmbH".into(),
            iban: "DE02120300000000202051".into(),
            bic: Some("BYLADEM1001".into()),
            cents: (sum + tax).into(),
            reference: TransferReference::Text("RE-2026-00042".into()),
        }),
        notes: texts(&["Vielen Dank für Ihren Auftrag."]),
    }
}

fn taxed(category: &str, rate: &str, net: &str, tax: &str) -> PrintedTax {
    let [category, rate, net, tax] = [category, rate, net, tax].map(str::to_owned);
    PrintedTax { category, rate, net, tax, reason: None }
}
