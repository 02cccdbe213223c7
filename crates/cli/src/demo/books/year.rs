//! What happened in the year, by days before the creation of the demo data.

/// A customer or a supplier.
pub(super) struct Party {
    pub(super) number: &'static str,
    pub(super) name: &'static str,
    pub(super) is_supplier: bool,
    pub(super) street: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) city: &'static str,
    pub(super) email: &'static str,
}

/// A contract with a customer, who owes 5 % of each invoice until the end.
pub(super) struct Contract {
    pub(super) number: &'static str,
    pub(super) title: &'static str,
    pub(super) party: &'static str,
    pub(super) project: &'static str,
    pub(super) signed: i64,
    pub(super) positions: &'static [Line],
}

/// A text, a quantity with its unit, and a price. It is about a position of the contract, from 1, or 0.
pub(super) struct Line(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) u16,
);

/// Something that happened.
pub(super) enum Event {
    Bill(Bill),
    Pay(Pay),
    Credit(Credit),
}

/// An issued invoice. One without a contract is a supplier's.
pub(super) struct Bill {
    pub(super) name: &'static str,
    pub(super) on: i64,
    pub(super) kind: &'static str,
    pub(super) party: &'static str,
    pub(super) contract: Option<&'static str>,
    pub(super) project: &'static str,
    pub(super) lines: &'static [Line],
}

/// A payment of so many cents for an invoice, with a cash discount beside it.
pub(super) struct Pay {
    pub(super) name: &'static str,
    pub(super) on: i64,
    pub(super) party: &'static str,
    pub(super) invoice: &'static str,
    pub(super) cents: i64,
    pub(super) discount: i64,
    pub(super) is_sent: bool,
}

/// An issued credit note of one line.
pub(super) struct Credit {
    pub(super) name: &'static str,
    pub(super) invoice: &'static str,
    pub(super) line: Line,
}

#[rustfmt::skip]
pub(super) const PARTIES: &[Party] = &[
    Party { number: "C-1001", name: "Port Authority", is_supplier: false, street: "Am Sandtorkai 1", postal_code: "20457", city: "Hamburg", email: "invoices@port.example" },
    Party { number: "C-1002", name: "City of Leipzig", is_supplier: false, street: "Martin-Luther-Ring 4", postal_code: "04109", city: "Leipzig", email: "bau@leipzig.example" },
    Party { number: "C-1003", name: "Aurum Real Estate", is_supplier: false, street: "Mainzer Landstraße 50", postal_code: "60325", city: "Frankfurt", email: "ap@aurum.example" },
    Party { number: "S-2001", name: "Nordstahl AG", is_supplier: true, street: "Hüttenstraße 8", postal_code: "28237", city: "Bremen", email: "rechnung@nordstahl.example" },
    Party { number: "S-2002", name: "Elbe Beton GmbH", is_supplier: true, street: "Kanalweg 3", postal_code: "21107", city: "Hamburg", email: "rechnung@elbebeton.example" },
];

#[rustfmt::skip]
pub(super) const CONTRACTS: &[Contract] = &[
    Contract { number: "OFF-18/1", title: "Curtain wall, floors 1 to 11", party: "C-1003", project: "OFF-18", signed: -380, positions: &[
        Line("Curtain wall, delivered and fixed", "3200", "MTK", "285.00", 0),
        Line("Sun protection", "640", "MTK", "148.50", 0),
    ] },
    Contract { number: "HRB-7/1", title: "Quay wall and apron", party: "C-1001", project: "HRB-7", signed: -230, positions: &[
        Line("Sheet piles, driven", "340", "MTR", "2450.00", 0),
        Line("Apron, reinforced concrete", "4200", "MTK", "78.50", 0),
    ] },
    Contract { number: "SCH-12/1", title: "Timber structure and gym", party: "C-1002", project: "SCH-12", signed: -140, positions: &[
        Line("Timber frame, erected", "1", "C62", "486000.00", 0),
        Line("Gym floor", "820", "MTK", "96.40", 0),
    ] },
];

#[rustfmt::skip]
const fn bill(name: &'static str, on: i64, kind: &'static str, party: &'static str, contract: &'static str, lines: &'static [Line]) -> Event {
    Event::Bill(Bill { name, on, kind, party, contract: Some(contract), project: "", lines })
}

#[rustfmt::skip]
const fn cost(name: &'static str, on: i64, party: &'static str, project: &'static str, lines: &'static [Line]) -> Event {
    Event::Bill(Bill { name, on, kind: "standard", party, contract: None, project, lines })
}

#[rustfmt::skip]
const fn received(name: &'static str, on: i64, party: &'static str, invoice: &'static str, cents: i64, discount: i64) -> Event {
    Event::Pay(Pay { name, on, party, invoice, cents, discount, is_sent: false })
}

#[rustfmt::skip]
const fn sent(name: &'static str, on: i64, party: &'static str, invoice: &'static str, cents: i64) -> Event {
    Event::Pay(Pay { name, on, party, invoice, cents, discount: 0, is_sent: true })
}

/// In the order of their days: the numbers of a series have no earlier date behind a later one. All
/// amounts have 19 % VAT; customers have 2 % discount within 10 days on what is not retained.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    bill("OFF-1", -350, "partial", "C-1003", "OFF-18/1", &[Line("Floors 1 to 6", "1700", "MTK", "285.00", 1)]),
    received("OFF-1-paid", -342, "C-1003", "OFF-1", 56_560_045, 1_095_455),
    cost("NS-118", -330, "S-2001", "OFF-18", &[Line("Steel brackets", "18.4", "TNE", "1980.00", 0)]),
    bill("OFF-2", -310, "partial", "C-1003", "OFF-18/1", &[Line("Floors 7 to 11", "1500", "MTK", "285.00", 1)]),
    sent("NS-118-paid", -305, "S-2001", "NS-118", 4_335_408),
    received("OFF-2-paid", -285, "C-1003", "OFF-2", 50_872_500, 0),
    bill("OFF-3", -275, "final", "C-1003", "OFF-18/1", &[Line("Curtain wall, complete", "3200", "MTK", "285.00", 1), Line("Sun protection, complete", "640", "MTK", "148.50", 2)]),
    received("OFF-3-paid", -246, "C-1003", "OFF-3", 11_309_760, 0),
    cost("NS-204", -205, "S-2001", "HRB-7", &[Line("Sheet piles", "96", "TNE", "1420.00", 0)]),
    bill("HRB-1", -180, "partial", "C-1001", "HRB-7/1", &[Line("Sheet piles, 60 m", "60", "MTR", "2450.00", 1)]),
    sent("NS-204-paid", -175, "S-2001", "NS-204", 16_222_080),
    received("HRB-1-paid", -172, "C-1001", "HRB-1", 17_160_633, 332_367),
    bill("HRB-2", -150, "partial", "C-1001", "HRB-7/1", &[Line("Sheet piles, 80 m", "80", "MTR", "2450.00", 1)]),
    cost("EB-071", -135, "S-2002", "HRB-7", &[Line("Concrete C35/45", "420", "MTQ", "128.00", 0)]),
    received("HRB-2-paid", -124, "C-1001", "HRB-2", 23_324_000, 0),
    bill("HRB-3", -120, "partial", "C-1001", "HRB-7/1", &[Line("Sheet piles, 90 m", "90", "MTR", "2450.00", 1)]),
    sent("EB-071-paid", -105, "S-2002", "EB-071", 6_397_440),
    received("HRB-3-paid", -95, "C-1001", "HRB-3", 24_927_525, 0),
    bill("SCH-1", -90, "partial", "C-1002", "SCH-12/1", &[Line("Timber frame, 30 %", "0.3", "C62", "486000.00", 1)]),
    cost("EB-088", -80, "S-2002", "SCH-12", &[Line("Foundations, concrete C25/30", "260", "MTQ", "112.00", 0)]),
    bill("HRB-4", -75, "partial", "C-1001", "HRB-7/1", &[Line("Sheet piles, 60 m", "60", "MTR", "2450.00", 1), Line("Apron, first part", "600", "MTK", "78.50", 2)]),
    received("SCH-1-paid", -62, "C-1002", "SCH-1", 17_350_200, 0),
    bill("SCH-2", -60, "partial", "C-1002", "SCH-12/1", &[Line("Timber frame, 40 %", "0.4", "C62", "486000.00", 1)]),
    sent("EB-088-paid", -50, "S-2002", "EB-088", 3_465_280),
    received("HRB-4-paid", -48, "C-1001", "HRB-4", 23_097_900, 0),
    bill("HRB-5", -35, "partial", "C-1001", "HRB-7/1", &[Line("Sheet piles, 50 m", "50", "MTR", "2450.00", 1)]),
    // The dispute: the city pays half of the second instalment, and gets a part of the rest back.
    received("SCH-2-half", -30, "C-1002", "SCH-2", 11_566_800, 0),
    cost("NS-277", -20, "S-2001", "BRG-3", &[Line("Bearing plates", "12", "TNE", "2310.00", 0)]),
    Event::Credit(Credit { name: "SCH-2-credit", invoice: "SCH-2", line: Line("Trusses of the wrong dimension", "1", "C62", "14500.00", 1) }),
    bill("HRB-6", 0, "partial", "C-1001", "HRB-7/1", &[Line("Apron, second part", "900", "MTK", "78.50", 2)]),
];
