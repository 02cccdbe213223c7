//! The lines of invoices.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    BasisPoints, Invoice, InvoiceId, InvoiceLine, LineDraft, Lines, Quantity, Settlement, Taxation,
    Text, UnitCode, UnitPrice, VatCategory, billing::BilledPosition, pricing::Discount,
};
use plinth_ports::{Records, UnitOfWork};

use crate::{
    Stores,
    fixture::id,
    outcome::assert_kept,
    records::{World, invoices::vat},
};

fn line(n: usize, discount: Option<Discount>, tax: Taxation) -> InvoiceLine {
    let draft = LineDraft {
        text: Lines::parse(&format!("Line {n},\nwith a \"quoted\" word, \\ and {{}}")).unwrap(),
        quantity: Quantity::parse(["-12.5", "999999999999.999999", "0.000001"][n % 3]).unwrap(),
        unit: UnitCode::parse(["C62", "XX"][n % 2]).unwrap(),
        price: UnitPrice::parse("98.4").unwrap(),
        discount,
        tax,
        contract_position: u16::try_from(n).ok().filter(|n| n % 2 == 1),
    };
    let n = i64::try_from(n).unwrap();
    InvoiceLine { draft, amount: n * 100 - 150, discount: n * 10, net: n * 90 - 150 }
}

fn lines() -> Vec<InvoiceLine> {
    let taxed = || Taxation::new(vat(VatCategory::Standard, 1_900), None).unwrap();
    let exempt = Taxation::new(vat(VatCategory::Exempt, 0), Text::parse("§ 4 UStG").ok()).unwrap();
    let part = Discount::Part(BasisPoints::new(300).unwrap());
    vec![
        line(0, None, taxed()),
        line(1, Some(part), exempt),
        line(2, Some(Discount::Amount(0)), taxed()),
        line(3, Some(Discount::Amount(500)), taxed()),
    ]
}

async fn stored(stores: &Stores, world: &World, invoice: InvoiceId) -> Vec<InvoiceLine> {
    stores.read(world.tenant()).await.invoice_lines().of(invoice).await.unwrap()
}

/// A draft with lines.
async fn draft(stores: &Stores, world: &World) -> Invoice {
    let invoice: Invoice = world.make(2);
    let mut unit = stores.begin(world.tenant()).await;
    Records::<Invoice>::insert(unit.invoices(), &invoice).await.unwrap();
    unit.invoice_lines().insert(invoice.id, &lines()).await.unwrap();
    unit.commit().await.unwrap();
    invoice
}

pub async fn lines_are_read_in_their_order_as_they_were_stored(stores: &Stores) {
    let world = World::new(stores).await;
    let invoice = draft(stores, &world).await;
    assert_eq!(stored(stores, &world, invoice.id).await, lines());
    assert!(stored(stores, &world, id()).await.is_empty());
}

pub async fn lines_are_replaced_and_removed_as_a_whole(stores: &Stores) {
    let world = World::new(stores).await;
    let invoice = draft(stores, &world).await;
    let others: Vec<_> = lines().into_iter().rev().take(2).collect();
    for replaced in [others.as_slice(), &[]] {
        let mut unit = stores.begin(world.tenant()).await;
        unit.invoice_lines().replace(invoice.id, replaced).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(stored(stores, &world, invoice.id).await, replaced);
    }
    let mut unit = stores.begin(world.tenant()).await;
    unit.invoice_lines().insert(invoice.id, &others).await.unwrap();
    Records::<Invoice>::remove(unit.invoices(), &invoice).await.unwrap();
    unit.commit().await.unwrap();
    assert!(stored(stores, &world, invoice.id).await.is_empty());
}

pub async fn an_invoice_and_its_lines_are_stored_by_one_deferred_unit(stores: &Stores) {
    let world = World::new(stores).await;
    let invoice: Invoice = world.make(4);
    let mut unit = stores.begin_deferred(world.tenant()).await;
    Records::<Invoice>::insert(unit.invoices(), &invoice).await.unwrap();
    unit.invoice_lines().insert(invoice.id, &lines()).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(stored(stores, &world, invoice.id).await, lines());
}

pub async fn lines_need_their_invoice_and_are_those_of_one_organization(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let invoice = draft(stores, &ours).await;
    assert!(stored(stores, &theirs, invoice.id).await.is_empty());
    let mut unit = stores.begin(theirs.tenant()).await;
    assert!(unit.invoice_lines().lock(&[invoice.id]).await.unwrap().is_empty());
    assert!(unit.invoice_lines().insert(invoice.id, &lines()).await.is_err());
    drop(unit);
    let mut unit = stores.begin(ours.tenant()).await;
    let other: Invoice = ours.make(3);
    Records::<Invoice>::insert(unit.invoices(), &other).await.unwrap();
    let asked = [invoice.id.max(other.id), id(), invoice.id.min(other.id)];
    let locked = unit.invoice_lines().lock(&asked).await.unwrap();
    let found: Vec<_> = locked.iter().map(|invoice| invoice.id).collect();
    assert_eq!(found, [asked[2], asked[0]]);
    assert!(locked.iter().any(|locked| locked.content == invoice.content));
}

pub async fn an_issued_invoice_and_its_lines_never_change(stores: &Stores) {
    let world = World::new(stores).await;
    let draft = draft(stores, &world).await;
    // The records from the tenth on are issued.
    let like: Invoice = world.make(10);
    let revision = draft.revision.next(draft.revision.updated_at);
    let issued = Invoice { id: draft.id, revision, ..like };
    let update = async |invoice: &Invoice| {
        stores.write(world.tenant(), async |unit| unit.invoices().update(invoice).await).await
    };
    update(&issued).await.unwrap();

    let revision = issued.revision.next(issued.revision.updated_at);
    let next = Invoice { revision, ..issued.clone() };
    let mut content = next.content.clone();
    content.buyer_reference = None;
    let mut totals = next.totals.clone();
    (totals.lines, totals.charges) = (totals.lines + 1, totals.charges - 1);
    for changed in [
        Invoice { content, ..next.clone() },
        Invoice { totals, ..next.clone() },
        Invoice { number: Text::parse("RE-11").ok(), ..next.clone() },
        Invoice { corrects: Some(draft.id), ..next.clone() },
    ] {
        assert_kept(update(&changed).await);
    }
    let removed = async |unit: &mut dyn UnitOfWork| unit.invoices().remove(&issued).await;
    assert_kept(stores.write(world.tenant(), removed).await);
    for replaced in [&lines()[..1], &[]] {
        let replace = async |unit: &mut dyn UnitOfWork| {
            unit.invoice_lines().replace(issued.id, replaced).await
        };
        assert_kept(stores.write(world.tenant(), replace).await);
    }
    assert_eq!(stored(stores, &world, issued.id).await, lines());
    let settlement = Settlement { settled: issued.settlement.settled + 1, ..issued.settlement };
    update(&Invoice { settlement, ..next }).await.unwrap();
}

pub async fn what_booked_invoices_state_of_positions_is_added_up(stores: &Stores) {
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    // On the contract: a draft, and an invoice that is issued with its lines.
    let draft: Invoice = draft(stores, &world).await;
    let like: Invoice = world.make(10);
    let contract = like.content.contract.unwrap();
    assert_eq!(draft.content.contract, Some(contract));
    let billed = async |world: &World| {
        let mut unit = stores.read(world.tenant()).await;
        let mut billed = unit.invoice_lines().billed(contract).await.unwrap();
        billed.sort_by_key(|one| one.position);
        billed
    };
    assert_eq!(billed(&world).await, []);
    let revision = draft.revision.next(draft.revision.updated_at);
    let issued = Invoice { id: draft.id, revision, ..like };
    stores.write(world.tenant(), async |unit| unit.invoices().update(&issued).await).await.unwrap();
    let one = |position, net| BilledPosition { invoice: draft.id, position, net };
    assert_eq!(billed(&world).await, [one(1, -60), one(3, 120)]);
    assert_eq!(billed(&other).await, []);
}
