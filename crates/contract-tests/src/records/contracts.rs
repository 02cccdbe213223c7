use futures::future::BoxFuture;
use plinth_domain::{
    BasisPoints, Contract, ContractDraft, ContractRole, ContractStatus, Currency, Description, Id,
    JsonObject, Lines, Revision, Schedule, Termination, Text,
};
use plinth_ports::{OneOf, Result, UnitOfWork, records::contracts::ContractFilter};

use super::{Fixture, World};
use crate::fixture::{at, id, name};

impl Fixture for Contract {
    /// The first four, and those that others refer to, are drafts, because a store keeps what was agreed in every other status.
    fn make(contract: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let full = n.is_multiple_of(2);
        let refers = full && n < 100;
        let day = |n: usize| at(0).date_naive() + chrono::Days::new(n as u64);
        let draft = ContractDraft {
            number: (!n.is_multiple_of(4)).then(|| Text::parse(&format!("V-{n}")).unwrap()),
            title: name(["b", "B", "a", "ä", "a b"][n % 5]),
            project: refers.then(|| world.id(n / 2)),
            party: world.id(n),
            role: ContractRole::ALL[n % 2],
            currency: Currency::parse(["EUR", "JPY", "KWD"][n % 3]).unwrap(),
            signed_at: full.then(|| day(n % 3)),
            schedule: Schedule::new(full.then(|| day(1)), full.then(|| day(9))).unwrap(),
            retention: BasisPoints::new(if full { 10_000 } else { 0 }).unwrap(),
            document: refers.then(|| world.id(n / 2)),
            note: full.then(|| Description::parse(format!("Line {n},\nand one more")).unwrap()),
            metadata: JsonObject::from_parsed(format!("{{\"n\": {n}}}")),
            positions: Vec::new(),
        };
        let (made, _) = Self::draft(contract, id(), draft, revision.created_at).unwrap();
        let is_draft = !(4..100).contains(&n);
        let status = if is_draft { ContractStatus::Draft } else { ContractStatus::ALL[n % 4] };
        let end = || Termination { on: day(n), reason: Lines::parse("Over,\nfor good").unwrap() };
        Self {
            status,
            termination: (status == ContractStatus::Terminated).then(end),
            value: [0, 9_000_000_000_000_000, -1][n % 3],
            revision,
            ..made
        }
    }

    fn filters(world: &World) -> Vec<ContractFilter> {
        let any = ContractFilter::default;
        let (draft, active) = (ContractStatus::Draft, ContractStatus::Active);
        let (party, project) = (Some(world.id(0)), Some(world.id(1)));
        vec![
            ContractFilter { status: active.into(), ..any() },
            ContractFilter { status: OneOf::new(vec![draft, active]).unwrap(), ..any() },
            ContractFilter { role: Some(ContractRole::Sale), ..any() },
            ContractFilter { party, ..any() },
            ContractFilter { project, ..any() },
            ContractFilter { among: project.map(|project| vec![project]), ..any() },
            ContractFilter { number: Text::parse("V-2").ok(), ..any() },
            ContractFilter { party, project, status: draft.into(), ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.contracts().insert(record)
    }
}
