use futures::future::BoxFuture;
use plinth_domain::{
    DocumentLink, DocumentLinkDraft, Id, LinkPassword, MaxDownloads, Revision, Timestamp,
};
use plinth_ports::{Result, UnitOfWork, records::document_links::DocumentLinkFilter};

use super::{Fixture, World};
use crate::fixture::{id, name};

impl Fixture for DocumentLink {
    fn make(document_link: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let draft = DocumentLinkDraft {
            document: world.id(n),
            label: n.is_multiple_of(2).then(|| name(["b", "B", "a", "ä", "a b"][n / 2 % 5])),
            expires_at: Timestamp::from_timestamp(i64::try_from(n).unwrap(), 123_456_000).unwrap(),
            max_downloads: n
                .is_multiple_of(2)
                .then(|| MaxDownloads::parse(i64::try_from(n).unwrap() + 1).unwrap()),
            password: n.is_multiple_of(3).then(|| LinkPassword(format!("$argon2id$v=19${n}"))),
        };
        let downloads = u32::try_from(n).unwrap();
        Self {
            revision,
            downloads,
            ..Self::create(document_link, id(), draft, revision.created_at)
        }
    }

    fn filters(world: &World) -> Vec<DocumentLinkFilter> {
        vec![DocumentLinkFilter { document: Some(world.id(1)) }]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.document_links().insert(record)
    }
}
