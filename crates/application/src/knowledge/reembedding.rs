//! New vectors for all documents, after a change of the model.

use plinth_domain::{DocumentId, ModelId, Permission, Timestamp};
use plinth_ports::{
    Direction, DocumentFilter, DocumentSort, PageRequest, Position, Sort, SortValue,
};
use serde::{Deserialize, Serialize};

use super::{chunked::EmbedDocument, rechunking::ChunkDocument};
use crate::{Command, Context, Error, JobKind, Recorded, documents::VersionRef, job_kind};

/// How many documents one job asks vectors for.
const PAGE: u16 = 100;

/// The job that asks for the vectors of a page of documents, and for the next page.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct EmbedDocuments {
    /// When the model was changed, in microseconds since 1970.
    pub asked_at: i64,
    /// The document before the page; `None` for the first page.
    #[serde(default)]
    pub after: Option<After>,
}

/// The last document of a page.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct After {
    created_at: Timestamp,
    #[serde(rename = "document_id", with = "job_kind::id")]
    document: DocumentId,
}

impl JobKind for EmbedDocuments {
    const KIND: &'static str = "document.embed_all";
    const PRIORITY: i16 = -20;

    fn dedup_key(&self) -> Option<String> {
        let after = self.after.map_or_else(String::new, |after| after.document.to_string());
        Some(format!("{}/{}/{after}", Self::KIND, self.asked_at))
    }
}

/// Asks for new vectors of all documents.
pub(crate) async fn embed_all(ctx: &mut Context<'_>) -> Result<(), Error> {
    let asked_at = ctx.now.timestamp_micros();
    ctx.enqueue(EmbedDocuments { asked_at, after: None }).await.map(drop)
}

/// The same, if this is the embedding model of the organization.
pub(crate) async fn embed_again(ctx: &mut Context<'_>, model: ModelId) -> Result<(), Error> {
    let organization = ctx.unit.organization().hold().await?;
    if organization.is_some_and(|o| o.settings.embedding_model == Some(model)) {
        embed_all(ctx).await?;
    }
    Ok(())
}

/// Asks for the vectors of a page of documents.
#[derive(Debug, Clone, Copy)]
pub struct EmbedNextDocuments(pub EmbedDocuments);

impl Command for EmbedNextDocuments {
    const NAME: &'static str = "document.embed_next";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Self(EmbedDocuments { asked_at, after }) = self;
        let sort = Sort { by: DocumentSort::CreatedAt, direction: Direction::Ascending };
        let after = after.map(|after| Position {
            value: SortValue::Time(after.created_at),
            id: after.document.uuid(),
        });
        let page = PageRequest { after, ..PageRequest::first(PAGE, sort) };
        let found = ctx.unit.documents().list(&DocumentFilter::default(), &page).await?;
        let ids: Vec<DocumentId> = found.items.iter().map(|document| document.id).collect();
        let bare = ctx.unit.document_chunks().without_chunks(&ids).await?;
        for document in &found.items {
            let version = VersionRef { document: document.id, version: document.current.id };
            if bare.contains(&document.id) {
                ctx.enqueue(ChunkDocument { version }).await?;
            } else {
                ctx.enqueue(EmbedDocument { version, asked_at }).await?;
            }
        }
        if let (Some(_), Some(last)) = (found.next, found.items.last()) {
            let after = After { created_at: last.revision.created_at, document: last.id };
            ctx.enqueue(EmbedDocuments { asked_at, after: Some(after) }).await?;
        }
        Ok(Recorded::without_audit(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of an earlier version hold these texts.
    #[test]
    fn the_stored_payload_of_each_kind_keeps_its_form() {
        const ID: &str = "01a1f990-3deb-7000-8000-000000000001";
        let version = format!(r#"{{"document_id":"{ID}","version_id":"{ID}"}}"#);
        let one = format!(r#"{{"version":{version},"asked_at":7}}"#);
        let job: ChunkDocument = serde_json::from_str(&version).unwrap();
        assert_eq!(job.draft().unwrap().payload.as_str(), version);
        let job: EmbedDocument = serde_json::from_str(&one).unwrap();
        assert_eq!(job.draft().unwrap().payload.as_str(), one);
        let all = format!(
            r#"{{"asked_at":7,"after":{{"created_at":"2026-11-29T12:00:00Z","document_id":"{ID}"}}}}"#
        );
        let job: EmbedDocuments = serde_json::from_str(&all).unwrap();
        assert_eq!(job.draft().unwrap().payload.as_str(), all);
    }
}
