//! The positions and amendments of contracts, and what a store keeps of what was agreed.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Address, BankAccount, BasisPoints, Contact, Contract, ContractAmendment,
    ContractAmendmentDraft, ContractDraft, ContractPosition, ContractRole, ContractStatus,
    Currency, JsonObject, Lines, Party, PartyDraft, PartyRole, PositionDraft, Quantity, Schedule,
    Taxation, Termination, Text, UnitCode, UnitPrice, Vat, VatCategory,
};
use plinth_ports::{
    ContractAmendmentReader, ContractPositionReader, Result,
    records::contract_positions::{
        AMENDMENT, AMENDMENT_OF_POSITION, CONTRACT_OF_AMENDMENT, CONTRACT_OF_POSITION, POSITION,
    },
};

use crate::{
    Stores,
    fixture::{at, id, name},
    harness::Tenant,
    outcome::{assert_conflict, assert_kept},
};

fn party() -> Party {
    let draft = PartyDraft {
        name: name("Hafenamt"),
        number: None,
        role: PartyRole::Customer,
        vat_id: None,
        tax_number: None,
        registration: None,
        contact: Contact::default(),
        address: Address::default(),
        bank_account: BankAccount::default(),
        debtor_account: None,
        creditor_account: None,
        payment_terms: None,
        buyer_reference: None,
        leitweg_id: None,
        e_invoice_address: None,
        unit_codes: plinth_domain::UnitCodes::default(),
        language: None,
        note: None,
        consumer: false,
        dunning_blocked: false,
        archived: false,
        metadata: JsonObject::default(),
    };
    Party::create(id(), id(), draft, at(0))
}

fn position(quantity: &str, price: &str, changes: Option<u16>) -> PositionDraft {
    let vat = Vat::new(VatCategory::Exempt, BasisPoints::default()).unwrap();
    PositionDraft {
        text: Lines::parse("Excavation,\n\"soil\" class 3 \\ 4").unwrap(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: UnitCode::parse("MTQ").unwrap(),
        price: UnitPrice::parse(price).unwrap(),
        tax: Taxation::new(vat, Text::parse("Bildung").ok()).unwrap(),
        changes,
    }
}

/// Stores a draft with its positions.
async fn draft(
    stores: &Stores,
    tenant: &Tenant,
    positions: Vec<PositionDraft>,
) -> (Contract, Vec<ContractPosition>) {
    let party = party();
    let draft = ContractDraft {
        number: Text::parse(&format!("V-{}", party.id)).ok(),
        title: name("Quay 7"),
        project: None,
        party: party.id,
        role: ContractRole::Sale,
        currency: Currency::EUR,
        signed_at: None,
        schedule: Schedule::default(),
        retention: BasisPoints::default(),
        document: None,
        note: None,
        metadata: JsonObject::default(),
        positions,
    };
    let (contract, positions) = Contract::draft(id(), tenant.id(), draft, at(0)).unwrap();
    let stored = stores.write(tenant, async |unit| {
        unit.parties().insert(&party).await?;
        unit.contracts().insert(&contract).await?;
        unit.contract_positions().replace(contract.id, &positions).await
    });
    stored.await.unwrap();
    (contract, positions)
}

/// Stores an active contract with two positions.
async fn active(stores: &Stores, tenant: &Tenant) -> (Contract, Vec<ContractPosition>) {
    let positions =
        vec![position("999999999999.999999", "0", None), position("-0.5", "98.40", None)];
    let (contract, positions) = draft(stores, tenant, positions).await;
    let contract = contract.activate(&positions, Text::parse("V-9").unwrap(), at(1)).unwrap();
    update(stores, tenant, &contract).await.unwrap();
    (contract, positions)
}

async fn update(stores: &Stores, tenant: &Tenant, contract: &Contract) -> Result<()> {
    stores.write(tenant, async |unit| unit.contracts().update(contract).await).await
}

async fn positions(stores: &Stores, tenant: &Tenant, of: &Contract) -> Vec<ContractPosition> {
    let mut view = stores.read(tenant).await;
    ContractPositionReader::of(view.contract_positions(), of.id).await.unwrap()
}

async fn amendments(stores: &Stores, tenant: &Tenant, of: &Contract) -> Vec<ContractAmendment> {
    let mut view = stores.read(tenant).await;
    ContractAmendmentReader::of(view.contract_amendments(), of.id).await.unwrap()
}

fn amendment(positions: Vec<PositionDraft>, note: Option<&str>) -> ContractAmendmentDraft {
    ContractAmendmentDraft {
        title: name("More"),
        signed_at: note.map(|_| at(0).date_naive()),
        note: note.map(|text| Lines::parse(text).unwrap()),
        positions,
    }
}

pub async fn positions_and_amendments_are_read_as_they_were_stored(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (mut contract, mut all) = active(stores, &tenant).await;
    assert_eq!(positions(stores, &tenant, &contract).await, all);
    assert_eq!(amendments(stores, &tenant, &contract).await, []);
    let mut made = Vec::new();
    for note in [Some("Rock,\nbelow 3 m"), None] {
        let more = vec![position("1", "0.000001", None), position("-1", "1", Some(1))];
        let amended = contract.amend(amendment(more, note), &all, made.len(), at(2)).unwrap();
        let added = stores.write(&tenant, async |unit| {
            unit.contracts().update(&amended.contract).await?;
            unit.contract_amendments().add(amended.contract.id, &amended.amendment).await?;
            unit.contract_positions().append(amended.contract.id, &amended.positions).await
        });
        added.await.unwrap();
        contract = amended.contract;
        all.extend(amended.positions);
        made.push(amended.amendment);
    }
    assert_eq!(all.len(), 6);
    assert_eq!(positions(stores, &tenant, &contract).await, all);
    assert_eq!(amendments(stores, &tenant, &contract).await, made);
}

pub async fn positions_of_a_draft_are_replaced_and_removed_with_it(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (contract, _) = draft(stores, &tenant, vec![position("1", "1", None); 3]).await;
    let (other, of_other) = draft(stores, &tenant, vec![position("2", "2", None)]).await;
    let replace = async |next: &[ContractPosition]| {
        let written = stores.write(&tenant, async |unit| {
            unit.contract_positions().replace(contract.id, next).await
        });
        written.await.unwrap();
        assert_eq!(positions(stores, &tenant, &contract).await, next);
    };
    replace(&of_other).await;
    replace(&[]).await;
    replace(&of_other).await;
    stores.write(&tenant, async |unit| unit.contracts().remove(&contract).await).await.unwrap();
    assert_eq!(positions(stores, &tenant, &contract).await, []);
    assert_eq!(positions(stores, &tenant, &other).await, of_other);
}

pub async fn what_was_agreed_changes_only_by_an_amendment(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (contract, agreed) = active(stores, &tenant).await;
    let id = contract.id;
    let replaced = stores
        .write(&tenant, async |unit| unit.contract_positions().replace(id, &agreed[..1]).await);
    assert_kept(replaced.await);
    let more = ContractPosition { number: 3, ..agreed[0].clone() };
    let appended = stores.write(&tenant, async |unit| {
        unit.contract_positions().append(id, std::slice::from_ref(&more)).await
    });
    assert_kept(appended.await);
    let next = Contract { revision: contract.revision.next(at(3)), ..contract.clone() };
    for changed in [
        Contract { number: Text::parse("other").ok(), ..next.clone() },
        Contract { role: ContractRole::Purchase, ..next.clone() },
        Contract { currency: Currency::parse("JPY").unwrap(), ..next.clone() },
        Contract { retention: BasisPoints::new(1).unwrap(), ..next.clone() },
        Contract { status: ContractStatus::Draft, ..next.clone() },
    ] {
        assert_kept(update(stores, &tenant, &changed).await);
    }
    let removed = stores.write(&tenant, async |unit| unit.contracts().remove(&contract).await);
    assert_kept(removed.await);
    let described = Contract { title: name("Quay 8"), signed_at: None, ..next };
    update(stores, &tenant, &described).await.unwrap();
    assert_eq!(positions(stores, &tenant, &contract).await, agreed);
}

pub async fn an_ended_contract_keeps_its_status_and_its_value(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (contract, agreed) = active(stores, &tenant).await;
    let end = Termination { on: at(0).date_naive(), reason: Lines::parse("Over").unwrap() };
    let ended = contract.clone().terminate(end, at(2)).unwrap();
    update(stores, &tenant, &ended).await.unwrap();
    let next = Contract { revision: ended.revision.next(at(3)), ..ended.clone() };
    let status = ContractStatus::Active;
    for changed in [
        Contract { value: 1, ..next.clone() },
        Contract { status, termination: None, ..next.clone() },
    ] {
        assert_kept(update(stores, &tenant, &changed).await);
    }
    let more = amendment(vec![position("1", "1", None)], None);
    let amended = contract.amend(more, &agreed, 0, at(2)).unwrap();
    let added = stores.write(&tenant, async |unit| {
        unit.contract_amendments().add(ended.id, &amended.amendment).await
    });
    assert_kept(added.await);
}

pub async fn an_amendment_is_added_to_an_active_contract(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (active, agreed) = active(stores, &tenant).await;
    let (draft, _) = draft(stores, &tenant, vec![position("1", "1", None)]).await;
    let more = amendment(vec![position("1", "1", None)], None);
    let amended = active.amend(more, &agreed, 0, at(2)).unwrap();
    let add = async |contract| {
        stores
            .write(&tenant, async |unit| {
                unit.contract_amendments().add(contract, &amended.amendment).await
            })
            .await
    };
    assert_kept(add(draft.id).await);
    assert_conflict(add(id()).await, CONTRACT_OF_AMENDMENT.0);
    let append = async |contract| {
        stores
            .write(&tenant, async |unit| {
                unit.contract_positions().append(contract, &amended.positions).await
            })
            .await
    };
    assert_conflict(append(amended.contract.id).await, AMENDMENT_OF_POSITION.0);
    add(amended.contract.id).await.unwrap();
    assert_conflict(add(amended.contract.id).await, AMENDMENT.0);
    append(amended.contract.id).await.unwrap();
    assert_conflict(append(amended.contract.id).await, POSITION.0);
}

pub async fn another_organization_neither_reads_nor_adds_positions(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (contract, agreed) = draft(stores, &ours, vec![position("1", "1", None)]).await;
    assert_eq!(positions(stores, &theirs, &contract).await, []);
    assert_eq!(amendments(stores, &theirs, &contract).await, []);
    let replaced = stores
        .write(&theirs, async |unit| unit.contract_positions().replace(contract.id, &agreed).await);
    assert_conflict(replaced.await, CONTRACT_OF_POSITION.0);
    let removed = stores
        .write(&theirs, async |unit| unit.contract_positions().replace(contract.id, &[]).await);
    removed.await.unwrap();
    assert_eq!(positions(stores, &ours, &contract).await, agreed);
}
