use chrono::{NaiveDate, TimeZone, Utc};
use plinth_application::accounting::{DatevBatch, ListedEntry};
use plinth_domain::{
    AllocationKind, BasisPoints, Currency, Id, InvoiceDirection, InvoiceKind, Name,
    PaymentDirection, PaymentMethod, Text, Timezone, Vat, VatCategory, VatId,
    accounting::{
        AccountNumber, AccountingSettings, Booked, BookedAllocation, BookedParty, BookedPayment,
        Chart, ClientNumber, ConsultantNumber, Region, Source,
    },
    pricing::VatRow,
};
use uuid::Uuid;

use super::{Writer, encoded, file_name};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn party(name: &str, vat_id: Option<&str>) -> BookedParty {
    BookedParty {
        id: Id::from_uuid(Uuid::nil()),
        name: Name::parse(name).unwrap(),
        vat_id: vat_id.map(|id| VatId::parse(id).unwrap()),
        debtor_account: AccountNumber::parse("10001").ok(),
        creditor_account: AccountNumber::parse("70001").ok(),
    }
}

fn invoice(on: NaiveDate, number: &str, rows: &[(VatCategory, u16, i64, i64)]) -> Booked {
    let row = |(category, rate, net, tax): &(VatCategory, u16, i64, i64)| VatRow {
        vat: Vat::new(*category, BasisPoints::new(*rate).unwrap()).unwrap(),
        net: *net,
        tax: *tax,
    };
    let vat: Vec<_> = rows.iter().map(row).collect();
    Booked {
        id: Id::from_uuid(Uuid::nil()),
        on,
        direction: InvoiceDirection::Receivable,
        kind: InvoiceKind::Standard,
        number: number.to_owned(),
        supplier_number: None,
        due_on: NaiveDate::from_ymd_opt(2026, 12, 20),
        currency: Currency::EUR,
        due: vat.iter().map(|row| row.net + row.tax).sum(),
        vat,
        deducted: Vec::new(),
        prepaid: 0,
        party: party("Müller & \"Söhne\" – Straßenbau", None),
        region: Region::Domestic,
    }
}

/// A small month: sales in two rates, one to another member state, a purchase, a payment with a
/// discount, what it leaves, a credit note, and a lost debt.
fn month() -> Vec<Source> {
    let (s, k) = (VatCategory::Standard, VatCategory::IntraCommunity);
    let sale =
        invoice(day(3), "RE-2026-00001", &[(s, 1900, 100_000, 19_000), (s, 700, 5_000, 350)]);
    let abroad = Booked {
        region: Region::Eu,
        party: party("Şantiye Wien GmbH", Some("ATU13585627")),
        ..invoice(day(4), "RE/2026.00002", &[(k, 0, 250_000, 0)])
    };
    let bought = Booked {
        direction: InvoiceDirection::Payable,
        supplier_number: Text::parse("A 4711 #3").ok(),
        ..invoice(day(5), "ER-2026-00001", &[(s, 1900, 40_000, 7_600)])
    };
    let note = Booked {
        kind: InvoiceKind::CreditNote,
        ..invoice(day(20), "GS-2026-00001", &[(s, 1900, 1_000, 190)])
    };
    let (received, bank) = (PaymentDirection::Received, PaymentMethod::BankTransfer);
    let settled = |on, kind, amount, payment| {
        let id = Id::from_uuid(Uuid::nil());
        let invoice = sale.clone();
        Source::Allocation(BookedAllocation { id, on, kind, amount, payment, invoice })
    };
    let rest = Source::Payment(BookedPayment {
        id: Id::from_uuid(Uuid::nil()),
        on: day(10),
        direction: received,
        origin: received,
        method: bank,
        reference: Text::parse("E2E 77").ok(),
        currency: Currency::EUR,
        rest: 5_00,
        party: party("Müller", None),
    });
    vec![
        Source::Invoice(sale.clone()),
        Source::Invoice(abroad),
        Source::Invoice(bought),
        rest,
        settled(day(10), AllocationKind::Payment, 60_000, Some((received, bank, true))),
        settled(day(10), AllocationKind::CashDiscount, 2_487, Some((received, bank, true))),
        settled(day(12), AllocationKind::Payment, 500, Some((received, bank, false))),
        Source::Invoice(note),
        settled(day(30), AllocationKind::WriteOff, 61_363, None),
    ]
}

fn batch(is_closed: bool) -> DatevBatch {
    DatevBatch {
        consultant_number: ConsultantNumber::new(29_098).unwrap(),
        client_number: ClientNumber::new(55_003).unwrap(),
        year_start: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        account_length: 4,
        chart: Chart::Skr03,
        from: day(1),
        until: day(30),
        currency: Currency::EUR,
        is_closed,
        timezone: Timezone::parse("Europe/Berlin").unwrap(),
        made_at: Utc.with_ymd_and_hms(2026, 12, 1, 8, 30, 0).unwrap(),
    }
}

#[test]
fn a_small_month_is_written_byte_for_byte() {
    let settings = AccountingSettings { chart: Chart::Skr03, ..Default::default() };
    let plan = settings.plan();
    let writer = Writer::new(batch(true));
    let mut text = writer.head();
    for entry in month().iter().flat_map(|source| source.entries(&plan).unwrap()) {
        text += &writer.row(&ListedEntry { entry, is_closed: true });
    }
    let golden: &[u8] = include_bytes!("golden.csv");
    let written = encoded(&text);
    let differs = written.iter().zip(golden).position(|(ours, theirs)| ours != theirs);
    assert!(written == golden, "differs at {differs:?}:\n{text}");
    assert_eq!(file_name(&batch(true)), "EXTF_Buchungsstapel_20261101_20261130.csv");
}

#[test]
fn books_that_are_open_are_not_locked() {
    let writer = Writer::new(batch(false));
    let head = writer.head();
    let first: Vec<&str> = head.lines().next().unwrap().split(';').collect();
    assert_eq!((first.len(), first[20]), (31, "0"));
}
