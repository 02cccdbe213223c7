//! Invoices and credit notes that were received as documents.

use super::*;
use crate::pricing::VatRow;

/// A received invoice whose VAT is a cent more than its rate gives.
fn received() -> ReceivedDraft {
    let (invoice, lines) = payable();
    let mut totals = invoice.totals;
    totals.vat[0].tax += 1;
    totals.tax += 1;
    totals.gross += 1;
    totals.due += 1;
    let document = Id::from_uuid(uuid::Uuid::nil());
    let findings = ReceivedFindings::default();
    ReceivedDraft { content: invoice.content, lines, totals, document, findings, corrects: None }
}

fn receive(draft: ReceivedDraft) -> Result<(Invoice, Vec<InvoiceLine>), InvoiceError> {
    let id = uuid::Uuid::nil();
    Invoice::received(Id::from_uuid(id), Id::from_uuid(id), draft, AT)
}

#[test]
fn stated_amounts_stay_until_what_they_follow_from_changes() {
    let (invoice, lines) = receive(received()).unwrap();
    assert_eq!(invoice.totals.due, 146_371);
    let changes = InvoiceChanges { note: Patch::Clear, ..InvoiceChanges::default() };
    let (noted, lines) = invoice.revise(changes, lines, AT).unwrap();
    assert_eq!((noted.totals.due, noted.has_stated_totals()), (146_371, true));
    let prepared = noted.clone().prepare(&lines, issuing(party("DE", None)), AT).unwrap();
    assert_eq!(prepared.totals.due, 146_371);
    let changes = InvoiceChanges { price_mode: Some(PriceMode::Net), ..InvoiceChanges::default() };
    let (anew, _) = noted.revise(changes, lines, AT).unwrap();
    assert_eq!((anew.totals.due, anew.has_stated_totals()), (146_370, false));
}

#[test]
fn a_rate_of_nothing_is_no_contradiction() {
    let mut draft = received();
    let vat = tax(VatCategory::Zero, 0, None).vat();
    draft.totals.vat.push(VatRow { vat, net: 0, tax: 0 });
    assert!(receive(draft).is_ok());
}

#[test]
fn a_received_credit_note_keeps_what_it_states_and_never_exceeds_its_invoice() {
    let (original, lines) = receive(received()).unwrap();
    let original = original.prepare(&lines, issuing(party("DE", None)), AT).unwrap();
    let note = |change: fn(&mut ReceivedDraft)| {
        let mut draft = received();
        draft.content.kind = InvoiceKind::CreditNote;
        draft.corrects = Some(original.id);
        change(&mut draft);
        let (note, mut lines) = receive(draft).unwrap();
        note.fit_into(&mut lines, &original, &[])
    };
    let whole = note(|_| ()).unwrap();
    assert_eq!((whole.totals.due, whole.corrects), (146_371, Some(original.id)));
    // Its tax is a cent less than that of the invoice, and it stays so.
    let less = note(|draft| {
        let totals = &mut draft.totals;
        (totals.vat[0].tax, totals.tax) = (totals.tax - 1, totals.tax - 1);
        (totals.gross, totals.due) = (totals.gross - 1, totals.due - 1);
    });
    assert_eq!(less.unwrap().totals.due, 146_370);
    let more = note(|draft| {
        let totals = &mut draft.totals;
        (totals.vat[0].tax, totals.tax) = (totals.tax + 1, totals.tax + 1);
        (totals.gross, totals.due) = (totals.gross + 1, totals.due + 1);
    });
    assert_eq!(code(more.unwrap_err()), "invoice.credit_exceeded");
    let (again, mut lines) = receive(received()).unwrap();
    let refused = again.fit_into(&mut lines, &original, &[whole]).unwrap_err();
    assert_eq!(code(refused), "invoice.credit_exceeded");
}

#[test]
fn stated_totals_that_do_not_add_up_are_refused() {
    let wrong: [fn(&mut Totals); 10] = [
        |totals| totals.lines += 1,
        |totals| totals.net += 1,
        |totals| totals.tax += 1,
        |totals| totals.gross += 1,
        |totals| totals.due += 1,
        |totals| (totals.prepaid, totals.due) = (-MAX_AMOUNT, totals.gross + MAX_AMOUNT),
        // The breakdown: its bases, a rate that stands twice, one of no line, one that is missing.
        |totals| totals.vat[0].net += 1,
        |totals| totals.vat.push(VatRow { net: 0, tax: 0, ..totals.vat[0] }),
        |totals| totals.vat[0].vat = tax(VatCategory::Standard, 700, None).vat(),
        |totals| totals.vat.clear(),
    ];
    for change in wrong {
        let mut draft = received();
        change(&mut draft.totals);
        assert_eq!(code(receive(draft).unwrap_err()), "e_invoice.totals");
    }
}
