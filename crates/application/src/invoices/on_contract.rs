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
    let content = &invoice.content;
    let differs = [
        ("/party_id", content.party != contract.party),
        ("/currency", content.currency != contract.currency),
        ("/direction", content.direction != direction_of(contract.role)),
    ];
    if let Some((pointer, _)) = differs.iter().find(|(_, differs)| *differs) {
        let invalid = Invalid::new(CONTRACT_DIFFERS, "must be that of the contract");
        return Err(Error::field(pointer, invalid));
    }
    check_positions(ctx, id, lines).await?;
    if content.kind != InvoiceKind::Final {
        return Ok((invoice, Some(contract)));
    }
    let booked = bills(ctx.unit.invoices(), id).await?;
    Ok((invoice.deduct(lines, Bills(&booked).deductions())?, Some(contract)))
}

async fn check_positions(
    ctx: &mut Context<'_>,
    contract: ContractId,
    lines: &[InvoiceLine],
) -> Result<(), Error> {
    if lines.iter().all(|line| line.draft.contract_position.is_none()) {
        return Ok(());
    }
    let positions = ContractPositionReader::of(ctx.unit.contract_positions(), contract).await?;
    let is_known = |line: &InvoiceLine| {
        line.draft.contract_position.is_none_or(|number| {
            positions.iter().any(|one| one.number == number && one.draft.changes.is_none())
        })
    };
    match lines.iter().position(|line| !is_known(line)) {
        Some(index) => {
            let invalid = Invalid::new(
                CONTRACT_POSITION_UNKNOWN,
                "must be the number of a position that is no change of another one",
            );
            Err(Error::field(&format!("/lines/{index}/contract_position"), invalid))
        }
        None => Ok(()),
    }
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
    Ok(invoices.list(&filter, &PageRequest::first(MAX_BILLS, sort)).await?.items)
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
    if booked.len() >= usize::from(MAX_BILLS) {
        let detail = format!("at most {MAX_BILLS} invoices on one contract");
        return Err(Error::Conflict { code: CONTRACT_INVOICES_MANY, detail: detail.into() });
    }
    let booked = Bills(&booked);
    let kind = invoice.content.kind;
    if let Some(original) = invoice.corrects {
        check_deducted(booked, original)?;
        return Ok(invoice);
    }
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

/// Refuses to withdraw an invoice that the final one deducts.
pub(super) async fn check_void(ctx: &mut Context<'_>, invoice: &Invoice) -> Result<(), Error> {
    let Some(id) = invoice.content.contract else { return Ok(()) };
    ctx.unit.contract_positions().lock(id).await?;
    let booked = bills(ctx.unit.invoices(), id).await?;
    check_deducted(Bills(&booked), invoice.id)
}

fn check_deducted(bills: Bills<'_>, invoice: plinth_domain::InvoiceId) -> Result<(), Error> {
    if bills.is_deducted(invoice) {
        let detail = "the final invoice deducts it";
        return Err(Error::conflict(INVOICE_DEDUCTED, detail));
    }
    Ok(())
}
