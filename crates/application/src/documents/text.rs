//! The text of a document.

use plinth_domain::{DocumentId, DocumentVersionId, Permission, Processing, search::joined};

use crate::{ByProject, Error, Query, View, resource::Found};

plinth_domain::codes! {
    DOCUMENT_NOT_READ = "document.not_read",
        "The newest version of the document was not looked into yet; its text is not known.";
}

/// The most characters of a text that are read at once.
pub const MAX_TEXT: u32 = 100_000;

/// Reads characters of the text of a document's newest version.
#[derive(Debug, Clone, Copy)]
pub struct ReadText {
    /// The document.
    pub id: DocumentId,
    /// The first character, from 0.
    pub from: u32,
    /// How many characters, at most [`MAX_TEXT`].
    pub length: u32,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// The version.
    pub version: DocumentVersionId,
    /// The first character.
    pub from: u32,
    /// The characters; those of blank parts are blanks. A document without text has none.
    pub text: String,
    /// Whether more follow.
    pub has_more: bool,
}

impl Query for ReadText {
    const NAME: &'static str = "document.text";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = DocumentText;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::document(self.id)
    }

    async fn run(self, view: &mut View<'_>) -> Result<DocumentText, Error> {
        let document = view.unit.documents().get(self.id).await?;
        let current = document.current;
        if matches!(current.processing, Processing::Pending | Processing::Processing) {
            let detail = "the newest version was not looked into yet";
            return Err(Error::conflict(DOCUMENT_NOT_READ, detail));
        }
        let until = self.from.saturating_add(self.length);
        let chunks = view.unit.document_chunks();
        // One character more tells whether there are more.
        let mut found = chunks.chunks_between(self.id, self.from, until.saturating_add(1)).await?;
        // A new version without text leaves those of the one before.
        found.retain(|chunk| chunk.version == current.id);
        let pieces = found.iter().map(|chunk| (chunk.start as usize, chunk.content.as_str()));
        let (text, has_more) = joined(pieces, self.from as usize..until as usize);
        Ok(DocumentText { version: current.id, from: self.from, text, has_more })
    }
}
