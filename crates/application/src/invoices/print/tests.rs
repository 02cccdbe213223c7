mod fixture;

use plinth_domain::{
    Adjustment, CashDiscount, CashUnit, Deduction, Description, InvoiceKind, Language, Name,
    Schedule, Text, VatCategory,
    pricing::{Discount, PriceMode, VatRow},
};
use plinth_ports::{
    CreditTransfer, PrintedCashDiscount, PrintedDeduction, PrintedKind, PrintedRetention,
    TransferReference,
};

use super::{Surroundings, printed};
use fixture::{content, day, issued, line, print, rate, surroundings, taxed, text};

#[test]
fn a_german_invoice_has_german_dates_amounts_and_units() {
    let mut content = content("EUR", Language::De);
    content.buyer_reference = text("Bauamt");
    content.purchase_order = text("B-7");
    content.note = Description::parse("Vielen Dank.\n\nBis bald!\n".into()).ok();
    let mut reduced = line("Beton C25/30\nmit Verdichtung", "12.5", "MTQ", "98.4", 1_900);
    reduced.discount = Some(Discount::Part(rate(500)));
    let lines = vec![reduced, line("Planung", "1", "LS", "0.0375", 700)];
    let page = print(content, lines);
    assert_eq!((page.language.as_str(), page.number.as_str()), ("de", "RE-2026-00042"));
    assert_eq!(page.buyer, ["Hafenamt Linz", "Ufer 1", "4020 Linz", "Österreich"]);
    assert_eq!(page.seller.address, ["Kai 7", "20457 Hamburg", "Deutschland"]);
    assert_eq!(page.seller.iban.as_deref(), Some("DE89 3704 0044 0532 0130 00"));
    assert_eq!(
        page.seller.registration,
        ["Amtsgericht Hamburg, HRB 12345", "Geschäftsführung: Max Muster, Eva Mai"]
    );
    assert_eq!(page.seller.footer, ["Es gelten unsere AGB.", "Hamburg"]);
    let details = &page.details;
    assert_eq!(details.issued_on, "28.11.2026");
    assert_eq!(details.service.as_deref(), Some("01.10.2026 – 31.10.2026"));
    assert_eq!(details.due_on.as_deref(), Some("12.12.2026"));
    assert_eq!(details.customer_number.as_deref(), Some("10042"));
    assert_eq!(details.buyer_vat_id.as_deref(), Some("ATU13585627"));
    assert_eq!(details.project.as_deref(), Some("Kita Sonnenblume"));
    let first = &page.lines[0];
    assert_eq!((first.position.as_str(), first.text.as_str()), ("1", "Beton C25/30"));
    assert_eq!(first.description.as_deref(), Some("mit Verdichtung"));
    assert_eq!((first.quantity.as_str(), first.unit.as_str()), ("12,5", "m³"));
    assert_eq!((first.unit_price.as_str(), first.tax_rate.as_str()), ("98,40", "19\u{a0}%"));
    assert_eq!(first.adjustment.as_deref(), Some("Nachlass 5\u{a0}%: \u{2212}61,50"));
    assert_eq!((first.amount.as_str(), first.carried.as_str()), ("1168,50", "1168,50"));
    let second = &page.lines[1];
    assert_eq!((second.unit.as_str(), second.unit_price.as_str()), ("pausch.", "0,0375"));
    assert_eq!((second.amount.as_str(), second.carried.as_str()), ("0,04", "1168,54"));
    let totals = &page.totals;
    assert_eq!((totals.lines.as_str(), totals.net.as_str()), ("1168,54", "1168,54"));
    assert_eq!((totals.tax.as_str(), totals.gross.as_str()), ("222,02", "1390,56"));
    assert_eq!((&totals.prepaid, &totals.rounding), (&None, &None));
    assert_eq!(page.notes, ["Vielen Dank.", "Bis bald!"]);
    let account = CreditTransfer {
        name: "Hochbau Nord GmbH".into(),
        iban: "DE89370400440532013000".into(),
        bic: Some("COBADEFFXXX".into()),
        cents: 139_056,
        reference: TransferReference::Text("RE-2026-00042".into()),
    };
    assert_eq!(page.credit_transfer, Some(account));
}

#[test]
fn an_english_invoice_in_yen_has_no_decimals_and_no_payment_code() {
    let mut content = content("JPY", Language::En);
    content.service = Schedule::new(Some(day(10, 1)), None).unwrap();
    let page = print(content, vec![line("Design", "3", "DAY", "1230.5", 1_000)]);
    assert_eq!(page.details.issued_on, "28 Nov 2026");
    assert_eq!(page.details.service.as_deref(), Some("1 Oct 2026"));
    assert_eq!(page.buyer[3], "Austria");
    assert_eq!(page.seller.registration[1], "Managing directors: Max Muster, Eva Mai");
    let line = &page.lines[0];
    assert_eq!((line.unit.as_str(), line.unit_price.as_str()), ("day(s)", "1230.5"));
    assert_eq!(line.amount, "3692");
    assert_eq!((page.totals.tax.as_str(), page.totals.due.as_str()), ("369", "4061"));
    assert_eq!(page.credit_transfer, None);
}

#[test]
fn dinars_have_three_decimals_in_both_languages() {
    for (language, amount, price) in
        [(Language::De, "1,235", "0,5"), (Language::En, "1.235", "0.5")]
    {
        let page = print(content("KWD", language), vec![line("Sand", "2.47", "TNE", "0.5", 500)]);
        assert_eq!(page.lines[0].amount, amount);
        assert_eq!(page.lines[0].unit_price, format!("{price}00"));
        assert_eq!(page.credit_transfer, None);
    }
}

#[test]
fn a_final_invoice_shows_what_is_deducted_retained_and_saved_by_paying_early() {
    let mut content = content("EUR", Language::De);
    content.kind = InvoiceKind::Final;
    content.contract = Some(plinth_domain::Id::from_uuid(uuid::Uuid::nil()));
    content.retention = rate(500);
    content.discounts =
        vec![CashDiscount::new(10, rate(300)).unwrap(), CashDiscount::new(14, rate(200)).unwrap()];
    let (mut invoice, lines) = issued(content, vec![line("Halle", "1", "LS", "1000", 1_900)]);
    let vat = lines[0].draft.tax.vat();
    invoice.deductions = vec![Deduction {
        invoice: invoice.id,
        number: Text::parse("AR-2026-00001").unwrap(),
        issued_on: day(9, 30),
        vat: vec![VatRow { vat, net: 15_966, tax: 3_034 }],
    }];
    (invoice.totals.prepaid, invoice.totals.due, invoice.totals.retained) =
        (19_000, 100_000, 5_000);
    let page = printed(&invoice, &lines, &surroundings());
    assert_eq!(page.kind, PrintedKind::Final);
    assert_eq!(page.totals.prepaid.as_deref(), Some("\u{2212}190,00"));
    assert_eq!(page.totals.due, "1000,00");
    assert_eq!(page.details.contract.as_deref(), Some("V-2026-003"));
    let deduction = PrintedDeduction {
        number: "AR-2026-00001".into(),
        issued_on: "30.09.2026".into(),
        net: "159,66".into(),
        tax: "30,34".into(),
        gross: "190,00".into(),
    };
    assert_eq!(page.deductions, [deduction]);
    let retention = PrintedRetention {
        rate: "5\u{a0}%".into(),
        amount: "50,00".into(),
        payable: "950,00".into(),
        until: None,
    };
    assert_eq!(page.retention, Some(retention));
    let discount = |until: &str, rate: &str, discount: &str, payable: &str| {
        let [until, rate, discount, payable] = [until, rate, discount, payable].map(str::to_owned);
        PrintedCashDiscount { until, rate, discount, payable }
    };
    let expected = [
        discount("08.12.2026", "3\u{a0}%", "28,50", "921,50"),
        discount("12.12.2026", "2\u{a0}%", "19,00", "931,00"),
    ];
    assert_eq!(page.cash_discounts, expected);
    assert_eq!(page.credit_transfer.unwrap().cents, 95_000);
}

#[test]
fn a_credit_note_names_its_invoice_and_asks_for_no_payment() {
    for (language, named) in [
        (Language::De, "RE-2026-00007 vom 02.11.2026"),
        (Language::En, "RE-2026-00007 of 2 Nov 2026"),
    ] {
        let mut content = content("EUR", language);
        content.kind = InvoiceKind::CreditNote;
        let (invoice, lines) = issued(content, vec![line("Beton", "1", "MTQ", "98.4", 1_900)]);
        let corrects = Some(("RE-2026-00007".to_owned(), day(11, 2)));
        let page = printed(&invoice, &lines, &Surroundings { corrects, ..surroundings() });
        assert_eq!(page.kind, PrintedKind::CreditNote);
        assert_eq!(page.details.corrects.as_deref(), Some(named));
        assert_eq!((&page.details.due_on, &page.credit_transfer), (&None, &None));
    }
}

#[test]
fn a_credit_note_prints_the_net_amount_that_was_fitted_into_its_invoice() {
    let (invoice, mut lines) =
        issued(content("EUR", Language::De), vec![line("Beton", "1", "MTQ", "98.4", 1_900)]);
    lines[0].net -= 1;
    let page = printed(&invoice, &lines, &surroundings());
    assert_eq!((page.lines[0].amount.as_str(), page.totals.lines.as_str()), ("98,39", "98,39"));
}

#[test]
fn prices_with_vat_are_printed_with_it_and_add_up() {
    let mut content = content("EUR", Language::De);
    content.price_mode = PriceMode::Gross;
    let page = print(content, vec![line("Pumpe", "1", "C62", "500", 1_900)]);
    assert_eq!((page.lines[0].amount.as_str(), page.totals.lines.as_str()), ("500,00", "500,00"));
    assert_eq!((page.totals.net.as_str(), page.totals.tax.as_str()), ("420,17", "79,83"));
    assert_eq!(page.notes, ["Die Preise enthalten die Umsatzsteuer."]);
}

#[test]
fn each_category_of_tax_has_its_row_and_its_reason() {
    let mut content = content("EUR", Language::De);
    let reason = "Steuerfrei nach § 4 Nr. 12 UStG";
    content.adjustments = vec![Adjustment {
        is_charge: false,
        amount: 1_000,
        reason: Text::parse("Treue").unwrap(),
        tax: taxed(VatCategory::Standard, 1_900, None),
    }];
    let mut exempt = line("Miete", "1", "MON", "500", 1_900);
    exempt.tax = taxed(VatCategory::Exempt, 0, Some(reason));
    let mut reverse = line("Montage", "1", "HUR", "80", 1_900);
    reverse.tax = taxed(VatCategory::ReverseCharge, 0, None);
    let page = print(content, vec![line("Beton", "1", "MTQ", "100", 1_900), exempt, reverse]);
    let rows: Vec<_> =
        page.taxes.iter().map(|row| (row.category.as_str(), row.net.as_str())).collect();
    assert_eq!(rows, [("S", "90,00"), ("E", "500,00"), ("AE", "80,00")]);
    let reasons: Vec<_> = page.taxes.iter().map(|row| row.reason.as_deref()).collect();
    assert_eq!(reasons, [None, Some(reason), None]);
    assert_eq!(
        (page.adjustments[0].reason.as_str(), page.adjustments[0].amount.as_str()),
        ("Treue", "\u{2212}10,00")
    );
}

#[test]
fn an_amount_in_francs_is_rounded_to_cash_and_shows_by_how_much() {
    let mut content = content("CHF", Language::De);
    content.cash_unit = CashUnit::new(5).unwrap();
    let page = print(content, vec![line("Sand", "1", "TNE", "92.62", 810)]);
    assert_eq!(page.totals.gross, "100,12");
    assert_eq!(page.totals.rounding.as_deref(), Some("\u{2212}0,02"));
    assert_eq!((page.totals.due.as_str(), page.currency.as_str()), ("100,10", "CHF"));
}

#[test]
fn a_payment_code_holds_what_fits_into_it() {
    let code = |number: &str, name: &str, cents: i64| {
        let (mut invoice, lines) =
            issued(content("EUR", Language::De), vec![line("Sand", "1", "TNE", "1", 1_900)]);
        invoice.number = text(number);
        invoice.totals.due = cents;
        let parties = invoice.parties.as_mut().unwrap();
        parties.seller.bank_account.holder = Name::parse(name).ok();
        printed(&invoice, &lines, &surroundings()).credit_transfer
    };
    let reference = code("RF18539007547034", "Ada", 1).unwrap().reference;
    assert_eq!(reference, TransferReference::Creditor("RF18539007547034".into()));
    let name = code("RE-1", &"ж".repeat(100), 99_999_999_999).unwrap().name;
    assert_eq!(name, "ж".repeat(45));
    for cents in [0, 100_000_000_000] {
        assert_eq!(code("RE-1", "Ada", cents), None);
    }
}
