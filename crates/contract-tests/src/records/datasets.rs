use futures::future::BoxFuture;
use plinth_domain::{Dataset, DatasetDraft, Description, Id, Name, Revision};
use plinth_ports::{Result, UnitOfWork, records::datasets::DatasetFilter};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for Dataset {
    fn make(dataset: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        let draft = DatasetDraft {
            name: Name::parse(&format!("Name {n}")).unwrap(),
            description: n
                .is_multiple_of(2)
                .then(|| Description::parse(format!("Line {n},\nand one more")).unwrap()),
        };
        let n = u32::try_from(n).unwrap();
        Self {
            items: n,
            total_items: 2 * n,
            items_changed_at: at(n.into()),
            revision,
            ..Self::create(dataset, id(), draft, revision.created_at)
        }
    }

    fn filters(_world: &World) -> Vec<DatasetFilter> {
        vec![DatasetFilter { name: Some(Name::parse("Name 2").unwrap()), ..Default::default() }]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.datasets().insert(record)
    }
}
