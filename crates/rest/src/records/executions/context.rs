//! What an execution is given of documents, in bodies and views.

use plinth_application::knowledge::{ContextRequest, MAX_CONTEXT, MAX_CONTEXT_QUERY};
use plinth_domain::{DocumentKind, ExecutionContext, Invalid, Lines, UsedChunk, codes};
use plinth_ports::{ChunkFilter, OneOf};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    documents::DocumentKindName,
    json::Faults,
    records::search::VectorUseName,
    values::{identity, known},
};

/// How many parts are given where nothing is said.
const USUAL: u16 = 5;
/// The most documents of a filter.
const MAX_DOCUMENTS: usize = 100;

/// Parts of documents that the model is given: those that fit a text the best, by their words and,
/// where the organization has an embedding model, by their meaning. It needs `document:read`. A
/// template gets them as the variable `context`, a list of `number` (from 1), `title`,
/// `document_id`, `document_version_id` and `text`; where no template uses it, a system message with
/// this list as JSON stands in front of the messages. At most 64 KiB of parts are given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewExecutionContext)]
pub(super) struct ContextBody {
    /// The text that the parts fit: a question, say.
    #[schema(min_length = 1, max_length = 2000)]
    query: String,
    /// How many parts are given at most.
    #[schema(minimum = 1, maximum = 20, default = 5)]
    k: Option<u16>,
    filter: Option<FilterBody>,
}

/// Where the parts are looked for; all conditions hold.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewExecutionContextFilter)]
struct FilterBody {
    /// In documents of this project.
    #[schema(format = Uuid)]
    project_id: Option<String>,
    /// In these documents.
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 100)]
    document_ids: Option<Vec<String>>,
    /// In documents of these kinds.
    #[schema(value_type = Option<Vec<DocumentKindName>>, min_items = 1, max_items = 4)]
    kinds: Option<Vec<String>>,
}

impl ContextBody {
    pub(super) fn check(self, f: &mut Faults) -> Option<ContextRequest> {
        let query = f.check("/query", query(&self.query));
        let k = f.check("/k", count(self.k));
        let filter = self.filter.unwrap_or_default();
        let at = "/filter/project_id";
        let project = f.check_some(at, filter.project_id, |id| identity(&id));
        let documents = f.check_some("/filter/document_ids", filter.document_ids, |ids| {
            if ids.len() > MAX_DOCUMENTS {
                let detail = format!("at most {MAX_DOCUMENTS} documents");
                return Err(Invalid::new(codes::LIST_TOO_LONG, detail));
            }
            ids.iter().map(|id| identity(id)).collect()
        });
        let kinds = f.check_some("/filter/kinds", filter.kinds, |names| kinds(&names));
        let (project, documents, kinds) = (project?, documents?, kinds?.unwrap_or_default());
        let filter = ChunkFilter { project, documents, kinds };
        Some(ContextRequest { query: query?, k: k?, filter })
    }
}

fn query(text: &str) -> Result<String, Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new(codes::FIELD_REQUIRED, "the text that the parts fit"));
    }
    Ok(Lines::<MAX_CONTEXT_QUERY>::parse(text)?.as_str().to_owned())
}

fn count(k: Option<u16>) -> Result<u16, Invalid> {
    let k = k.unwrap_or(USUAL);
    if (1..=MAX_CONTEXT).contains(&k) {
        return Ok(k);
    }
    Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, format!("1 to {MAX_CONTEXT}")))
}

fn kinds(names: &[String]) -> Result<OneOf<DocumentKind>, Invalid> {
    if names.is_empty() {
        return Err(Invalid::new(codes::LIST_EMPTY, "at least one kind"));
    }
    let all = DocumentKind::ALL.map(DocumentKind::name);
    let kinds = names.iter().map(|name| known(name, DocumentKind::from_name, &all));
    let kinds = kinds.collect::<Result<Vec<_>, _>>()?;
    OneOf::new(kinds).ok_or_else(|| Invalid::new(codes::VALUE_REPEATED, "each kind once"))
}

/// What an execution was given of documents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExecutionContext)]
pub(super) struct ContextView {
    #[schema(value_type = VectorUseName)]
    vectors: &'static str,
    /// The best first.
    chunks: Vec<UsedChunkView>,
}

/// A part of a document. It may have been removed since.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExecutionContextChunk)]
struct UsedChunkView {
    /// As the part was called in the messages, from 1.
    #[schema(minimum = 1)]
    number: usize,
    id: Uuid,
    document_id: Uuid,
    document_version_id: Uuid,
    /// The place among the parts of the text.
    #[schema(minimum = 0)]
    position: u16,
    /// How well it fits: only the order means something.
    #[schema(example = 0.0325)]
    score: f64,
}

impl From<&ExecutionContext> for ContextView {
    fn from(context: &ExecutionContext) -> Self {
        let chunks = (1..).zip(&context.chunks).map(UsedChunkView::from).collect();
        Self { vectors: context.vectors.name(), chunks }
    }
}

impl From<(usize, &UsedChunk)> for UsedChunkView {
    fn from((number, used): (usize, &UsedChunk)) -> Self {
        Self {
            number,
            id: used.chunk.uuid(),
            document_id: used.document.uuid(),
            document_version_id: used.version.uuid(),
            position: used.position,
            score: f64::from(used.score) / 1e6,
        }
    }
}
