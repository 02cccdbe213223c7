use plinth_ports::{Logo, LogoFormat};

use crate::{
    pdf::texts,
    samples::{credit_note, german, last, mixed, standard, yen},
    support::{rendered, request},
};

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\">\
    <rect width=\"40\" height=\"20\" rx=\"3\" fill=\"#1a4\"/></svg>";

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Asserts that a page has these texts. Blanks between words are no glyphs, and do not count.
fn shows(page: &str, wanted: &[&str]) {
    let page = squeezed(page);
    for wanted in wanted {
        assert!(page.contains(&squeezed(wanted)), "{wanted} is not in: {page}");
    }
}

#[tokio::test]
async fn a_short_invoice_is_one_page_with_all_that_the_law_asks_for() {
    let mut request = request(standard(3));
    request.logo = Some(Logo { format: LogoFormat::Svg, bytes: LOGO.into() });
    let rendered = rendered("standard", &request).await;
    assert_eq!(rendered.pages, 1);
    let pages = texts(&rendered.pdf);
    shows(
        &pages[0],
        &[
            "Rechnung RE-2026-00042",
            "Bau & Söhne GmbH · Hauptstraße 1 · 12345 Musterstadt",
            "Stadt Musterstadt",
            "28.11.2026",
            "Leistungszeitraum 01.10. – 31.10.2026",
            "USt-IdNr. DE136695976",
            "Betonarbeiten Abschnitt 3",
            "Nettobetrag 3.690,06",
            "Gesamtbetrag 4.391,17 EUR",
            "Zahlbar bis 12.12.2026 ohne Abzug.",
            "IBAN DE02 1203 0000 0000 2020 51",
            "Seite 1 von 1",
        ],
    );
}

#[tokio::test]
async fn the_sum_of_every_page_is_carried_to_the_next_one() {
    let invoice = standard(120);
    let rendered = rendered("lines-120", &request(invoice.clone())).await;
    let pages = texts(&rendered.pdf);
    let count = pages.len();
    assert!(count > 3 && count == usize::try_from(rendered.pages).unwrap(), "{count} pages");
    let mut begun = 0;
    for (number, page) in (1..).zip(&pages) {
        shows(page, &[&format!("Seite {number} von {count}")]);
        if begun == 120 {
            continue;
        }
        shows(page, &["Pos. Leistung Menge Einheit Einzelpreis USt Betrag EUR"]);
        if begun > 0 {
            shows(page, &[&format!("Übertrag {}", invoice.lines[begun - 1].carried)]);
        }
        let after = &invoice.lines[begun..];
        let squeezed_page = squeezed(page);
        let on_page = after.iter().take_while(|line| {
            squeezed_page.contains(&squeezed(&format!("{}{}", line.tax_rate, line.amount)))
        });
        begun += on_page.count();
        if begun < 120 {
            shows(page, &[&format!("Zwischensumme {}", invoice.lines[begun - 1].carried)]);
        } else {
            shows(page, &[&format!("Summe der Positionen {}", german(14_767_260))]);
        }
    }
    assert_eq!(begun, 120, "every position is on a page");
}

#[tokio::test]
async fn discounts_charges_and_taxes_are_shown_with_their_reasons() {
    let rendered = rendered("mixed", &request(mixed())).await;
    let all = texts(&rendered.pdf).concat();
    shows(
        &all,
        &[
            "Nachlass laut Rahmenvertrag vom 02.01.2026 (19 %) −50,00",
            "USt 7 % 1.230,02 86,10",
            "Steuerschuldnerschaft des Leistungsempfängers.",
            "Bei Zahlung bis 03.12.2026: 3 % Skonto (166,71 EUR), zu zahlen sind 5.390,20 EUR.",
        ],
    );
}

#[tokio::test]
async fn a_final_invoice_lists_what_it_deducts_and_what_is_retained() {
    let rendered = rendered("final", &request(last())).await;
    let all = texts(&rendered.pdf).concat();
    shows(
        &all,
        &[
            "Schlussrechnung RE-2026-00042",
            "AR-2026-00005 28.05.2026 2.000,00 380,00 2.380,00",
            "Abzüglich Anzahlungen −11.900,00",
            "Zahlbetrag 2.737,65 EUR",
            "Sicherheitseinbehalt von 5 %: 731,88 EUR, fällig am 28.11.2031.",
        ],
    );
}

#[tokio::test]
async fn a_credit_note_in_english_names_the_invoice_that_it_corrects() {
    let rendered = rendered("credit-note", &request(credit_note())).await;
    let all = texts(&rendered.pdf).concat();
    let wanted =
        ["Credit note CN-2026-00007", "Corrects RE-2026-00042 of 28 Nov 2026", "Amount credited"];
    shows(&all, &wanted);
    assert!(!all.contains("Payable by"), "nothing is due");
}

#[tokio::test]
async fn an_invoice_in_yen_has_neither_decimals_nor_a_payment_code() {
    let rendered = rendered("yen", &request(yen())).await;
    let all = texts(&rendered.pdf).concat();
    shows(&all, &["Amount JPY", "Total 2,460,000 JPY", "Outside the scope of VAT."]);
    assert!(!all.contains("banking"), "the code is for euros");
}

#[tokio::test]
async fn long_words_and_names_are_broken_and_lose_nothing() {
    let mut invoice = standard(1);
    let long = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(5);
    invoice.lines[0].text = long.clone();
    invoice.buyer = (0..9).map(|line| format!("{line}: {}", "Verwaltung ".repeat(9))).collect();
    let rendered = rendered("long", &request(invoice)).await;
    let text = squeezed(&texts(&rendered.pdf).concat()).replace(['\u{ad}', '\u{200b}', '-'], "");
    assert!(text.contains(&long), "{text}");
    shows(&text, &["8: Verwaltung", "Rechnung RE202600042"]);
}

/// Glyphs beyond the edge of the sheet are in the PDF, too, so this looks at the room above.
#[tokio::test]
async fn a_long_footer_takes_room_from_the_positions_and_not_beyond_the_sheet() {
    let short = rendered("footer-short", &request(standard(30))).await;
    let mut invoice = standard(30);
    invoice.seller.registration = vec!["Amtsgericht Musterstadt".into(); 40];
    let long = rendered("footer-long", &request(invoice)).await;
    assert!(long.pages > short.pages, "{} and {} pages", long.pages, short.pages);
}
