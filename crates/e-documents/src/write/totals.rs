use en16931::invoice::{Code, DocumentAllowanceCharge, DocumentTotals, VatBreakdown};
use plinth_domain::{
    InvoiceContent, InvoiceLine, VatCategory,
    pricing::{Totals, VatRow},
};
use plinth_ports::e_documents::{E_INVOICE_AMOUNT, Unwritable};

use super::{
    amounts::{Amounts, percent},
    lines, refused,
};

/// Whether an amount has this category.
pub(super) fn has(totals: &Totals, category: VatCategory) -> bool {
    totals.vat.iter().any(|row| row.vat.category() == category)
}

/// The allowances and charges, each with whether it is a charge.
pub(super) fn adjusted(
    content: &InvoiceContent,
    lines: &[InvoiceLine],
    amounts: Amounts,
) -> Result<Vec<(bool, DocumentAllowanceCharge)>, Unwritable> {
    let nets = content.adjustment_nets(lines);
    let nets = nets.map_err(|invalid| refused(E_INVOICE_AMOUNT, &invalid.detail))?;
    let rows = content.adjustments.iter().zip(nets);
    rows.map(|(row, net)| Ok((row.is_charge, lines::adjustment(row, amounts.amount(net)?))))
        .collect()
}

/// The rows of the VAT with the reasons of their exemption, which the lines state.
pub(super) fn breakdown(
    rows: &[VatRow],
    content: &InvoiceContent,
    lines: &[InvoiceLine],
    amounts: Amounts,
) -> Result<Vec<VatBreakdown>, Unwritable> {
    let taxes = || {
        let of_lines = lines.iter().map(|line| &line.draft.tax);
        of_lines.chain(content.adjustments.iter().map(|row| &row.tax))
    };
    let row = |row: &VatRow| {
        let category = row.vat.category();
        let mut reason = taxes().filter(|tax| tax.vat().category() == category);
        let reason = reason.find_map(|tax| tax.reason());
        Ok(VatBreakdown {
            taxable_amount: amounts.amount(row.net)?,
            tax_amount: amounts.amount(row.tax)?,
            category: Code::new(category.name()),
            // BR-DE-14 wants the rate of every row, also of category O, whose amounts have none.
            rate: Some(percent(row.vat.rate())),
            exemption_reason: reason.map(|text| text.as_str().to_owned()),
            exemption_reason_code: category.exemption_code().map(Code::new),
        })
    };
    rows.iter().map(row).collect()
}

/// The totals.
pub(super) fn of(totals: &Totals, amounts: Amounts) -> Result<DocumentTotals, Unwritable> {
    Ok(DocumentTotals {
        line_total: amounts.amount(totals.lines)?,
        allowance_total: amounts.some(totals.allowances)?,
        charge_total: amounts.some(totals.charges)?,
        taxable_total: amounts.amount(totals.net)?,
        vat_total: Some(amounts.amount(totals.tax)?),
        vat_total_accounting: None,
        gross_total: amounts.amount(totals.gross)?,
        paid: amounts.some(totals.prepaid)?,
        rounding: amounts.some(totals.rounding)?,
        due: amounts.amount(totals.due)?,
    })
}
