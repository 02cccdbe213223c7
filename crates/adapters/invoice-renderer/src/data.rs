//! The invoice as the template reads it: `data.json`. The names are those of the fields; an absent
//! text is null, which is `none` in Typst.

use plinth_ports::{
    PrintedAdjustment, PrintedCashDiscount, PrintedDeduction, PrintedDetails, PrintedInvoice,
    PrintedKind, PrintedLine, PrintedRetention, PrintedSeller, PrintedTax, PrintedTotals,
};
use serde_json::{Value, json};

/// The invoice, with the name of the logo's file and the payment code as SVG.
pub(crate) fn data(
    invoice: &PrintedInvoice,
    logo: Option<&str>,
    payment_code: Option<&str>,
) -> Value {
    let PrintedInvoice {
        language,
        kind,
        number,
        currency,
        seller: from,
        buyer,
        details: identified,
        introduction,
        lines,
        adjustments,
        taxes,
        totals: sums,
        deductions,
        retention,
        cash_discounts,
        credit_transfer: _,
        notes,
    } = invoice;
    json!({
        "language": language,
        "kind": kind_name(*kind),
        "number": number,
        "currency": currency,
        "logo": logo,
        "seller": seller(from),
        "buyer": buyer,
        "details": details(identified),
        "introduction": introduction,
        "lines": all(lines, line),
        "adjustments": all(adjustments, adjustment),
        "taxes": all(taxes, tax),
        "totals": totals(sums),
        "deductions": all(deductions, deduction),
        "retention": retention.as_ref().map(self::retention),
        "cash_discounts": all(cash_discounts, cash_discount),
        "payment_code": payment_code,
        "notes": notes,
    })
}

const fn kind_name(kind: PrintedKind) -> &'static str {
    match kind {
        PrintedKind::Standard => "standard",
        PrintedKind::Partial => "partial",
        PrintedKind::Final => "final",
        PrintedKind::CreditNote => "credit_note",
    }
}

fn all<T>(items: &[T], one: fn(&T) -> Value) -> Vec<Value> {
    items.iter().map(one).collect()
}

/// A function that makes an object of the named fields, all of them.
macro_rules! object {
    ($name:ident, $type:ident { $($field:ident),+ $(,)? }) => {
        fn $name(value: &$type) -> Value {
            let $type { $($field),+ } = value;
            json!({ $(stringify!($field): $field),+ })
        }
    };
}

object!(
    seller,
    PrintedSeller {
        name,
        address,
        contact,
        phone,
        email,
        website,
        vat_id,
        tax_number,
        registration,
        bank,
        account_holder,
        iban,
        bic,
        footer,
    }
);
object!(
    details,
    PrintedDetails {
        issued_on,
        service,
        due_on,
        customer_number,
        buyer_vat_id,
        buyer_reference,
        purchase_order,
        contract,
        project,
        corrects,
    }
);
object!(
    line,
    PrintedLine {
        position,
        text,
        description,
        quantity,
        unit,
        unit_price,
        adjustment,
        tax_rate,
        amount,
        carried,
    }
);
object!(adjustment, PrintedAdjustment { reason, tax_rate, amount });
object!(tax, PrintedTax { category, rate, net, tax, reason });
object!(totals, PrintedTotals { lines, net, tax, gross, prepaid, rounding, due });
object!(deduction, PrintedDeduction { number, issued_on, net, tax, gross });
object!(retention, PrintedRetention { rate, amount, payable, until });
object!(cash_discount, PrintedCashDiscount { until, rate, discount, payable });
