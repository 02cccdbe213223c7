use futures::future::BoxFuture;
use plinth_domain::{
    ContentType, DocumentId, DocumentVersion, DocumentVersionId, Id, JobId, JsonObject, Processing,
    Revision, Verdict,
};
use plinth_ports::{DocumentVersionFilter, Result, UnitOfWork};
use uuid::Uuid;

use super::{Fixture, World};

/// A version with the n-th values.
pub(super) fn version(
    id: DocumentVersionId,
    document: DocumentId,
    number: u32,
    revision: Revision,
    n: usize,
) -> DocumentVersion {
    let full = n.is_multiple_of(2);
    let verdict = || Verdict {
        code: "document.malformed".to_owned(),
        detail: "line 6: a string is not closed".to_owned(),
    };
    DocumentVersion {
        id,
        document,
        number,
        content_type: ContentType::ALL[n % ContentType::ALL.len()],
        size_bytes: if full { 1 << 33 } else { 0 },
        sha256: full.then_some([7; 32]),
        processing: match n % 6 {
            0 => Processing::Pending,
            1 => Processing::Processing,
            2 => Processing::Ready,
            3 => Processing::Unreadable(verdict()),
            4 => Processing::Rejected(verdict()),
            _ => Processing::Failed(verdict()),
        },
        properties: JsonObject::from_parsed(if full { r#"{"pages": 3}"# } else { "{}" }.to_owned()),
        has_thumbnails: full,
        job: JobId::from_uuid(Uuid::from_u128(n as u128)),
        revision,
    }
}

impl Fixture for DocumentVersion {
    fn make(id: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let number = u32::try_from(n).unwrap() + 2;
        version(id, world.id(n), number, revision, n)
    }

    fn filters(world: &World) -> Vec<DocumentVersionFilter> {
        vec![
            DocumentVersionFilter { document: Some(world.id(0)), job: None },
            DocumentVersionFilter {
                document: None,
                job: Some(JobId::from_uuid(Uuid::from_u128(1))),
            },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.document_versions().insert(record)
    }
}
