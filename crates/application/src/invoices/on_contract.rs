//! Invoices on contracts.

use plinth_domain::{
    Contract, ContractId, Invalid, Invoice, InvoiceKind, InvoiceLine, InvoiceStatus,
    MAX_DEDUCTIONS,
    billing::{
        Bills, CONTRACT_DIFFERS, CONTRACT_FINALIZED, CONTRACT_INVOICES_MANY, CONTRACT_NOT_ACTIVE,
        CONTRACT_OVER_BILLED, CONTRACT_POSITION_UNKNOWN, INVOICE_DEDUCTED, MAX_BILLS, direction_of,
        is_billable,
    },
};
use plinth_ports::{
    ContractPositionReader, Direction, InvoiceFilter, InvoiceSort, OneOf, PageRequest,
    RecordReader, Sort,
};

use crate::{Context, Error};

/// The contract of a draft, after the draft was found to fit it. A final invoice gets its deductions.
pub(super) async fn fit(
    ctx: &mut Context<'_>,
    invoice: Invoice,
    lines: &[InvoiceLine],
) -> Result<(Invoice, Option<Contract>), Error> {
    let Some(id) = invoice.content.contract else { return Ok((invoice, None)) };
    let found = ctx.unit.contracts().find(id).await?;
    let contract = found.ok_or_else(|| Error::unknown_reference("contract_id"))?;
    if let Some(pointer) = difference(&invoice, &contract) {
        let invalid = Invalid::new(CONTRACT_DIFFERS, "must be that of the contract");
        return Err(Error::field(pointer, invalid));
    }
    if let Some(index) = unknown_position(ctx, id, lines).await? {
        let detail = "must be the number of a position that is no change of another one";
        let invalid = Invalid::new(CONTRACT_POSITION_UNKNOWN, detail);
        return Err(Error::field(&format!("/lines/{index}/contract_position"), invalid));
    }
    if invoice.content.kind != InvoiceKind::Final {
        return Ok((invoice, Some(contract)));
    }
    let booked = bills(ctx.unit.invoices(), id).await?;
    Ok((invoice.deduct(lines, Bills(&booked).deductions())?, Some(contract)))
}

/// The field of an invoice that is not that of its contract.
fn difference(invoice: &Invoice, contract: &Contract) -> Option<&'static str> {
    let content = &invoice.content;
    let differs = [
        ("/party_id", content.party != contract.party),
        ("/currency", content.currency != contract.currency),
        ("/direction", content.direction != direction_of(contract.role)),
    ];
    differs.iter().find(|(_, differs)| *differs).map(|(pointer, _)| *pointer)
}

/// The index of the first line that names a position which the contract has not.
async fn unknown_position(
    ctx: &mut Context<'_>,
    contract: ContractId,
    lines: &[InvoiceLine],
) -> Result<Option<usize>, Error> {
    if lines.iter().all(|line| line.draft.contract_position.is_none()) {
        return Ok(None);
    }
    let positions = ContractPositionReader::of(ctx.unit.contract_positions(), contract).await?;
    let is_known = |line: &InvoiceLine| {
        line.draft.contract_position.is_none_or(|number| {
            positions.iter().any(|one| one.number == number && one.draft.changes.is_none())
        })
    };
    Ok(lines.iter().position(|line| !is_known(line)))
}

/// All booked invoices and credit notes on a contract.
pub(crate) async fn bills<R: RecordReader<Invoice> + ?Sized>(
    invoices: &mut R,
    contract: ContractId,
) -> Result<Vec<Invoice>, Error> {
    let booked = InvoiceStatus::ALL.iter().copied().filter(|status| status.is_booked());
    let filter = InvoiceFilter {
        contract: Some(contract),
        status: OneOf::new(booked.collect()).unwrap_or_default(),
        ..InvoiceFilter::default()
    };
    let sort = Sort { by: InvoiceSort::CreatedAt, direction: Direction::Ascending };
    let (mut page, mut bills) = (PageRequest::first(200, sort), Vec::new());
    loop {
        // A page also ends at a number of bytes.
        let found = invoices.list(&filter, &page).await?;
        bills.extend(found.items);
        match found.next {
            Some(next) => page.after = Some(next),
            None => return Ok(bills),
        }
    }
}

/// The invoice as it is issued on its contract, which is locked until the transaction ends: two
/// invoices on it are issued one after the other.
pub(super) async fn issued(
    ctx: &mut Context<'_>,
    invoice: Invoice,
    lines: &[InvoiceLine],
) -> Result<Invoice, Error> {
    let Some(id) = invoice.content.contract else { return Ok(invoice) };
    let contract = ctx.unit.contract_positions().lock(id).await?;
    let contract = contract.ok_or(Error::NotFound("contract"))?;
    if !is_billable(&contract) {
        return Err(Error::conflict(CONTRACT_NOT_ACTIVE, "the contract is a draft"));
    }
    let booked = bills(ctx.unit.invoices(), id).await?;
    let kind = invoice.content.kind;
    if let Some(original) = invoice.corrects {
        check_deducted(Bills(&booked), original)?;
        return Ok(invoice);
    }
    // The contract may have changed since the draft was written.
    let is_strange = difference(&invoice, &contract).is_some();
    if is_strange || unknown_position(ctx, id, lines).await?.is_some() {
        let detail = "party, currency, direction or positions are not those of the contract";
        return Err(Error::conflict(CONTRACT_DIFFERS, detail));
    }
    if booked.len() >= usize::from(MAX_BILLS) {
        let detail = format!("at most {MAX_BILLS} invoices on one contract");
        return Err(Error::Conflict { code: CONTRACT_INVOICES_MANY, detail: detail.into() });
    }
    let booked = Bills(&booked);
    if kind != InvoiceKind::Standard && booked.final_invoice().is_some() {
        let detail = "the final invoice of the contract is issued";
        return Err(Error::conflict(CONTRACT_FINALIZED, detail));
    }
    let deductions = booked.deductions();
    if kind == InvoiceKind::Final && deductions.len() > MAX_DEDUCTIONS {
        let detail = format!("a final invoice deducts at most {MAX_DEDUCTIONS} invoices");
        return Err(Error::Conflict { code: CONTRACT_INVOICES_MANY, detail: detail.into() });
    }
    let invoice = invoice.deduct(lines, deductions)?;
    let sum = i128::from(booked.invoiced()) + i128::from(invoice.added_net());
    if sum > i128::from(contract.value) && !invoice.content.allow_over_billing {
        let detail = format!("{} minor units are agreed, {sum} would be invoiced", contract.value);
        return Err(Error::Conflict { code: CONTRACT_OVER_BILLED, detail: detail.into() });
    }
    Ok(invoice)
}

/// Refuses to withdraw an invoice that the final one deducts, and a credit note without which more would
/// be invoiced than was agreed, or by two final invoices.
pub(super) async fn check_void(ctx: &mut Context<'_>, invoice: &Invoice) -> Result<(), Error> {
    let Some(id) = invoice.content.contract else { return Ok(()) };
    let contract = ctx.unit.contract_positions().lock(id).await?;
    let mut booked = bills(ctx.unit.invoices(), id).await?;
    check_deducted(Bills(&booked), invoice.corrects.unwrap_or(invoice.id))?;
    if invoice.corrects.is_none() {
        return Ok(());
    }
    booked.retain(|bill| bill.id != invoice.id);
    let without = Bills(&booked);
    if without.final_invoices().count() > 1 {
        let detail = "another final invoice was issued since";
        return Err(Error::conflict(CONTRACT_FINALIZED, detail));
    }
    let is_meant = booked.iter().any(|bill| bill.content.allow_over_billing);
    if contract.is_some_and(|contract| without.invoiced() > contract.value) && !is_meant {
        let detail = "more would be invoiced than was agreed";
        return Err(Error::conflict(CONTRACT_OVER_BILLED, detail));
    }
    Ok(())
}

fn check_deducted(bills: Bills<'_>, invoice: plinth_domain::InvoiceId) -> Result<(), Error> {
    if bills.is_deducted(invoice) {
        let detail = "the final invoice deducts it";
        return Err(Error::conflict(INVOICE_DEDUCTED, detail));
    }
    Ok(())
}
