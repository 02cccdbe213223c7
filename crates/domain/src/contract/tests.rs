use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    Lines, Quantity, Taxation, UnitCode, UnitPrice, Vat, VatCategory, codes, money::AMOUNT_OVERFLOW,
};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn position(quantity: &str, price: &str, rate: u16, changes: Option<u16>) -> PositionDraft {
    let vat = Vat::new(VatCategory::Standard, BasisPoints::new(rate).unwrap()).unwrap();
    PositionDraft {
        text: Lines::parse("Excavation").unwrap(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: UnitCode::parse("MTQ").unwrap(),
        price: UnitPrice::parse(price).unwrap(),
        tax: Taxation::new(vat, None).unwrap(),
        changes,
    }
}

fn number() -> ContractNumber {
    Text::parse("V-2026-014").unwrap()
}

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
}

fn draft(positions: Vec<PositionDraft>) -> ContractDraft {
    ContractDraft {
        number: Some(Text::parse("V-1").unwrap()),
        title: Name::parse("Quay 7").unwrap(),
        project: None,
        party: Id::from_uuid(Uuid::from_u128(1)),
        role: ContractRole::Sale,
        currency: Currency::EUR,
        signed_at: Some(day(10)),
        schedule: Schedule::default(),
        retention: BasisPoints::default(),
        document: None,
        note: None,
        metadata: JsonObject::default(),
        positions,
    }
}

fn drafted(
    positions: Vec<PositionDraft>,
) -> Result<(Contract, Vec<ContractPosition>), ContractError> {
    let id = Uuid::nil();
    Contract::draft(Id::from_uuid(id), Id::from_uuid(id), draft(positions), AT)
}

/// An active contract: 12.5 × 98.40, and 2 × 10.
fn active() -> (Contract, Vec<ContractPosition>) {
    let positions = vec![position("12.5", "98.4", 1900, None), position("2", "10", 700, None)];
    let (contract, positions) = drafted(positions).unwrap();
    (contract.activate(&positions, number(), AT).unwrap(), positions)
}

fn amendment(positions: Vec<PositionDraft>) -> ContractAmendmentDraft {
    ContractAmendmentDraft {
        title: Name::parse("More earth").unwrap(),
        signed_at: None,
        note: None,
        positions,
    }
}

fn fault<T: std::fmt::Debug>(result: Result<T, ContractError>) -> (String, &'static str) {
    match result.unwrap_err() {
        ContractError::Invalid(pointer, invalid) => (pointer, invalid.code.name()),
        ContractError::Refused(code, _) => (String::new(), code.name()),
        ContractError::Transition(_) => (String::new(), "state.transition"),
    }
}

#[test]
fn the_value_of_a_contract_is_the_sum_of_its_positions() {
    let (contract, positions) = active();
    assert_eq!((contract.value, positions[0].net, positions[1].net), (125_000, 123_000, 2_000));
    let added = vec![position("-2.5", "98.4", 1900, Some(1)), position("1", "5", 1900, None)];
    let amended = contract.amend(amendment(added), &positions, 0, AT).unwrap();
    assert_eq!((amended.contract.value, amended.amendment.value), (100_900, -24_100));
    let numbers = amended.positions.iter().map(|p| (p.number, p.amendment));
    assert_eq!(numbers.collect::<Vec<_>>(), [(3, Some(1)), (4, Some(1))]);
    let all = [positions, amended.positions].concat();
    let agreed: Vec<_> = agreed_by_position(&all).into_iter().collect();
    assert_eq!(agreed, [(1, 98_400), (2, 2_000), (4, 500)]);
}

#[test]
fn a_draft_changes_as_a_whole_and_an_active_contract_only_in_what_describes_it() {
    let (contract, positions) = drafted(vec![position("3", "1.111", 1900, None)]).unwrap();
    assert_eq!(contract.value, 333);
    let yen = ContractChanges { currency: Currency::parse("JPY").ok(), ..Default::default() };
    let (in_yen, repriced) = contract.clone().revise(yen.clone(), positions.clone(), AT).unwrap();
    assert_eq!((in_yen.value, repriced.unwrap()[0].net), (3, 3));

    let active = contract.activate(&positions, number(), AT).unwrap();
    let other = Id::from_uuid(Uuid::from_u128(2));
    for frozen in [
        yen,
        ContractChanges { number: Patch::Clear, ..Default::default() },
        ContractChanges { party: Some(other), ..Default::default() },
        ContractChanges { role: Some(ContractRole::Purchase), ..Default::default() },
        ContractChanges { retention: BasisPoints::new(500).ok(), ..Default::default() },
        ContractChanges { project: Patch::Set(Id::from_uuid(Uuid::nil())), ..Default::default() },
        ContractChanges { positions: Some(Vec::new()), ..Default::default() },
    ] {
        let refused = active.clone().revise(frozen, positions.clone(), AT);
        assert_eq!(fault(refused).1, "state.transition");
    }
    let described = ContractChanges {
        title: Name::parse("Quay 8").ok(),
        party: Some(active.party),
        signed_at: Patch::Set(day(11)),
        ends_on: Patch::Set(day(20)),
        ..Default::default()
    };
    let (changed, replaced) = active.revise(described, positions, AT).unwrap();
    assert_eq!((changed.title.as_str(), changed.value, replaced), ("Quay 8", 333, None));
}

#[test]
fn a_contract_ends_before_neither_its_beginning_nor_its_signature() {
    let (contract, positions) = active();
    let backwards = ContractChanges {
        starts_on: Patch::Set(day(2)),
        ends_on: Patch::Set(day(1)),
        ..Default::default()
    };
    let refused = contract.clone().revise(backwards, positions, AT);
    assert_eq!(fault(refused), ("/ends_on".to_owned(), "project.ends_before_start"));
    let end = |on| Termination { on, reason: Lines::parse("Insolvency").unwrap() };
    let early = contract.clone().terminate(end(day(9)), AT);
    assert_eq!(fault(early), ("/terminated_on".to_owned(), "contract.ends_before_signed"));
    assert_eq!(contract.terminate(end(day(10)), AT).unwrap().termination, Some(end(day(10))));
}

#[test]
fn each_status_allows_its_transitions_only() {
    let (active, positions) = active();
    let end = Termination { on: day(20), reason: Lines::parse("Insolvency").unwrap() };
    for status in ContractStatus::ALL {
        let contract = Contract { status: *status, ..active.clone() };
        let (is_draft, is_active) =
            (*status == ContractStatus::Draft, *status == ContractStatus::Active);
        assert_eq!(
            contract.clone().activate(&positions, number(), AT).is_ok(),
            is_draft,
            "{status:?}"
        );
        assert_eq!(contract.clone().complete(AT).is_ok(), is_active, "{status:?}");
        assert_eq!(contract.clone().terminate(end.clone(), AT).is_ok(), is_active, "{status:?}");
        let more = amendment(vec![position("1", "1", 1900, None)]);
        assert_eq!(contract.amend(more, &positions, 0, AT).is_ok(), is_active, "{status:?}");
        assert_eq!(ContractStatus::from_name(status.name()), Some(*status));
    }
}

#[test]
fn a_contract_is_activated_with_positions_and_a_number() {
    let (empty, none) = drafted(Vec::new()).unwrap();
    assert_eq!(fault(empty.activate(&none, number(), AT)).1, "contract.positions_missing");
    let (contract, positions) = drafted(vec![position("1", "1", 1900, None)]).unwrap();
    let anonymous = Contract { number: None, ..contract };
    let active = anonymous.activate(&positions, number(), AT).unwrap();
    assert_eq!(active.number, Some(number()));
}

#[test]
fn an_amendment_changes_only_what_was_agreed_and_never_below_nothing() {
    let (contract, positions) = active();
    let amend = |added: Vec<PositionDraft>, agreed: &[ContractPosition]| {
        contract.clone().amend(amendment(added), agreed, 0, AT)
    };
    let one = |quantity, rate, changes| vec![position(quantity, "98.4", rate, changes)];
    let at = |place: &str| format!("/positions{place}");
    for (added, pointer, code) in [
        (Vec::new(), "", "list.empty"),
        (one("1", 1900, Some(3)), "/0/changes_position", "contract.position_unknown"),
        (one("1", 1900, Some(0)), "/0/changes_position", "contract.position_unknown"),
        (one("1", 700, Some(1)), "/0/vat", "contract.position_tax"),
        (one("-12.6", 1900, Some(1)), "/0", "contract.position_overdrawn"),
        (
            [one("-12", 1900, Some(1)), one("-0.6", 1900, Some(1))].concat(),
            "/1",
            "contract.position_overdrawn",
        ),
    ] {
        assert_eq!(fault(amend(added, &positions)), (at(pointer), code));
    }
    let whole = amend(one("-12.5", 1900, Some(1)), &positions).unwrap();
    assert_eq!(whole.contract.value, 2_000);
    // A change is no position that could be changed.
    let all = [positions, whole.positions].concat();
    let again = amend(one("1", 1900, Some(3)), &all);
    assert_eq!(fault(again).1, "contract.position_unknown");
    assert_eq!(fault(amend(one("-0.1", 1900, Some(1)), &all)).1, "contract.position_overdrawn");
}

#[test]
fn a_draft_changes_no_position_that_was_agreed_before() {
    let first = drafted(vec![position("1", "1", 1900, Some(1))]);
    let pointer = "/positions/0/changes_position".to_owned();
    assert_eq!(fault(first), (pointer, "contract.position_unknown"));
}

#[test]
fn positions_amendments_and_amounts_have_bounds() {
    let many = |n| vec![position("1", "1", 1900, None); n];
    assert!(drafted(many(MAX_POSITIONS)).is_ok());
    let long = ("/positions".to_owned(), codes::LIST_TOO_LONG.name());
    assert_eq!(fault(drafted(many(MAX_POSITIONS + 1))), long);
    let (contract, positions) = active();
    let amend = |n, made| contract.clone().amend(amendment(many(n)), &positions, made, AT);
    assert_eq!(fault(amend(MAX_POSITIONS - 1, 0)), long);
    assert_eq!(amend(1, MAX_AMENDMENTS - 1).unwrap().amendment.number, 100);
    assert_eq!(fault(amend(1, MAX_AMENDMENTS)).1, "contract.amendments_exhausted");
    let most = position("900", "100000000000", 1900, None);
    let overflow = AMOUNT_OVERFLOW.name();
    assert_eq!(fault(drafted(vec![most.clone(); 2])), ("/positions".to_owned(), overflow));
    let beyond = position("901", "100000000000", 1900, None);
    assert_eq!(fault(drafted(vec![beyond])), ("/positions/0".to_owned(), overflow));
    let full = drafted(vec![most]).unwrap();
    let full = (full.0.activate(&full.1, number(), AT).unwrap(), full.1);
    let more = full.0.amend(amendment(many(1)), &full.1, 0, AT);
    assert_eq!(fault(more), ("/positions".to_owned(), overflow));
}

proptest! {
    #[test]
    fn what_is_agreed_by_position_adds_up_to_the_value(
        first in proptest::collection::vec((1i32..1000, 0i32..100_000), 1..6),
        changes in proptest::collection::vec(
            proptest::collection::vec((0u16..8, -50i32..200, 0i32..100_000), 1..4), 0..6),
    ) {
        let drafts = first.iter().map(|(quantity, price)| {
            position(&quantity.to_string(), &format!("{}.{:03}", price / 1000, price % 1000), 1900, None)
        });
        let (contract, mut all) = drafted(drafts.collect()).unwrap();
        let mut contract = contract.activate(&all, number(), AT).unwrap();
        for (made, added) in changes.into_iter().enumerate() {
            let drafts = added.iter().map(|(changed, quantity, price)| {
                let price = format!("{}.{:03}", price / 1000, price % 1000);
                position(&quantity.to_string(), &price, 1900, (*changed > 0).then_some(*changed))
            });
            let before = contract.value;
            if let Ok(amended) = contract.clone().amend(amendment(drafts.collect()), &all, made, AT) {
                prop_assert_eq!(before + amended.amendment.value, amended.contract.value);
                contract = amended.contract;
                all.extend(amended.positions);
            }
            let agreed = agreed_by_position(&all);
            prop_assert_eq!(agreed.values().sum::<i64>(), contract.value);
            for (number, amount) in agreed {
                let root = &all[usize::from(number) - 1];
                prop_assert!(root.net.signum() * amount.signum() >= 0);
            }
        }
    }
}
