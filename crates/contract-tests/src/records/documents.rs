use futures::future::BoxFuture;
use plinth_domain::{Document, DocumentKind, Id, JsonObject, Revision};
use plinth_ports::{DocumentFilter, OneOf, Result, UnitOfWork};

use super::{Fixture, World, document_versions::version};
use crate::{documents::add, fixture::name};

impl Fixture for Document {
    /// Its version has its identity and its revision.
    fn make(document: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let full = n.is_multiple_of(2);
        Self {
            id: document,
            organization: world.tenant.id(),
            project: [None, Some(world.id(0)), Some(world.id(1))][n % 3],
            name: name(["b", "B", "a", "Grundriß 1.pdf"][n % 4]),
            metadata: JsonObject::from_parsed(if full { r#"{"a": 1}"# } else { "{}" }.to_owned()),
            current: version(Id::from_uuid(document.uuid()), document, 1, revision, n),
            revision,
        }
    }

    fn filters(world: &World) -> Vec<DocumentFilter> {
        let any = DocumentFilter::default;
        let (project, kind) = (Some(world.id(0)), OneOf::from(DocumentKind::Photo));
        let statuses = OneOf::new(vec!["rejected", "ready"]).unwrap();
        vec![
            DocumentFilter { project, ..any() },
            DocumentFilter { among: Some(vec![world.id(0), world.id(1)]), ..any() },
            DocumentFilter { kind: kind.clone(), ..any() },
            DocumentFilter { status: "rejected".into(), ..any() },
            DocumentFilter { status: statuses, ..any() },
            DocumentFilter { project, kind, ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(add(unit, record))
    }

    fn update<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            unit.documents().update(record).await?;
            unit.document_versions().update(&record.current).await
        })
    }
}
