use plinth_ports::{
    PrintedAdjustment, PrintedCashDiscount, PrintedDeduction, PrintedInvoice, PrintedKind,
    PrintedRetention, PrintedTotals,
};

use super::{standard, taxed, texts};

/// Two rates and reverse charge, a discount, a charge, and discounts for early payment.
pub fn mixed() -> PrintedInvoice {
    let mut invoice = standard(4);
    invoice.lines[1].tax_rate = "7 %".into();
    invoice.lines[2].tax_rate = "0 %".into();
    let adjustment = |reason: &str, amount: &str| PrintedAdjustment {
        reason: reason.into(),
        tax_rate: "19 %".into(),
        amount: amount.into(),
    };
    invoice.adjustments = vec![
        adjustment("Nachlass laut Rahmenvertrag vom 02.01.2026", "\u{2212}50,00"),
        adjustment("Baustelleneinrichtung", "120,00"),
    ];
    invoice.taxes = vec![
        taxed("S", "19 %", "2.530,05", "480,71"),
        taxed("S", "7 %", "1.230,02", "86,10"),
        taxed("AE", "0 %", "1.230,03", "0,00"),
    ];
    invoice.totals = PrintedTotals {
        lines: "4.920,10".into(),
        net: "4.990,10".into(),
        tax: "566,81".into(),
        gross: "5.556,91".into(),
        prepaid: None,
        rounding: None,
        due: "5.556,91".into(),
    };
    let discount = |until: &str, rate: &str, discount: &str, payable: &str| {
        let [until, rate, discount, payable] = [until, rate, discount, payable].map(str::to_owned);
        PrintedCashDiscount { until, rate, discount, payable }
    };
    invoice.cash_discounts = vec![
        discount("03.12.2026", "3 %", "166,71", "5.390,20"),
        discount("08.12.2026", "2 %", "111,14", "5.445,77"),
    ];
    invoice
}

/// A final invoice that deducts five partial ones and retains a part.
pub fn last() -> PrintedInvoice {
    let mut invoice = standard(10);
    invoice.kind = PrintedKind::Final;
    invoice.details.contract = Some("V-2026-003".into());
    invoice.deductions = (1..=5)
        .map(|month| PrintedDeduction {
            number: format!("AR-2026-0000{month}"),
            issued_on: format!("28.0{month}.2026"),
            net: "2.000,00".into(),
            tax: "380,00".into(),
            gross: "2.380,00".into(),
        })
        .collect();
    invoice.totals.prepaid = Some("\u{2212}11.900,00".into());
    invoice.totals.due = "2.737,65".into();
    invoice.retention = Some(PrintedRetention {
        rate: "5 %".into(),
        amount: "731,88".into(),
        payable: "2.005,77".into(),
        until: Some("28.11.2031".into()),
    });
    invoice
}

/// A credit note in English.
pub fn credit_note() -> PrintedInvoice {
    let mut invoice = standard(1);
    invoice.language = "en".into();
    invoice.kind = PrintedKind::CreditNote;
    invoice.number = "CN-2026-00007".into();
    invoice.details.corrects = Some("RE-2026-00042 of 28 Nov 2026".into());
    invoice.details.due_on = None;
    invoice.introduction = None;
    invoice.credit_transfer = None;
    invoice.lines[0].text = "Concrete works, section 1".into();
    invoice.lines[0].description = Some("Returned: 12.5 m³ of ready-mixed concrete.".into());
    invoice.notes = Vec::new();
    invoice
}

/// An invoice in yen, which have no decimals, for a customer abroad.
pub fn yen() -> PrintedInvoice {
    let mut invoice = standard(2);
    invoice.language = "en".into();
    invoice.currency = "JPY".into();
    invoice.credit_transfer = None;
    invoice.buyer = texts(&["Beispiel K. K.", "1-2-3 Marunouchi, Chiyoda-ku", "Tokyo", "Japan"]);
    invoice.introduction = Some("For our services in October 2026 we charge:".into());
    for (line, carried) in invoice.lines.iter_mut().zip(["1,230,000", "2,460,000"]) {
        line.text = format!("Design of a timber hall, phase {}", line.position);
        line.description = None;
        line.adjustment = None;
        (line.quantity, line.unit, line.tax_rate) = ("1".into(), "lump sum".into(), "0 %".into());
        (line.unit_price, line.amount) = ("1,230,000".into(), "1,230,000".into());
        line.carried = carried.into();
    }
    invoice.taxes = vec![taxed("O", "0 %", "2,460,000", "0")];
    let total = || "2,460,000".to_owned();
    invoice.totals = PrintedTotals {
        lines: total(),
        net: total(),
        tax: "0".into(),
        gross: total(),
        prepaid: None,
        rounding: None,
        due: total(),
    };
    invoice.notes = Vec::new();
    invoice
}
