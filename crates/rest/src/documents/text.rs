use actix_web::{HttpResponse, get};
use plinth_application::documents::{DocumentText, MAX_TEXT, ReadText};
use plinth_domain::Document;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    list::ListQuery,
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// A part of the text of a document: plain characters, no markup.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentText)]
pub(crate) struct DocumentTextView {
    document_version_id: Uuid,
    /// The first character of the part.
    #[schema(minimum = 0)]
    from: u32,
    /// The characters; none where the document has no text.
    #[schema(max_length = 100_000)]
    text: String,
    /// Whether more characters follow.
    has_more: bool,
}

impl From<DocumentText> for DocumentTextView {
    fn from(text: DocumentText) -> Self {
        let DocumentText { version, from, text, has_more } = text;
        Self { document_version_id: version.uuid(), from, text, has_more }
    }
}

/// Read the text of a document's newest version, as it is searched: at most its first MiB.
///
/// Characters are Unicode scalar values, counted as the ranges of `GET /search` count them.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document_text",
    params(
        ("id" = Uuid, Path),
        ("from" = Option<i32>, Query, minimum = 0, maximum = 2_147_483_647, description = "The first character; the default is 0"),
        ("length" = Option<i32>, Query, minimum = 1, maximum = 100_000, description = "The most characters; the default is 100000"),
    ),
    responses(
        (status = 200, body = DocumentTextView),
        (status = 409, description = "document.not_read"),
    ),
    security(("bearer" = ["document:read"])),
)]
#[get("/documents/{id}/text")]
pub(crate) async fn get_document_text(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Document>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let place = |text: &str| text.parse().ok().filter(|from| *from <= i32::MAX.cast_unsigned());
    let from = query.take("from", "0 to 2147483647", place);
    let length = query.take("length", &format!("1 to {MAX_TEXT}"), |text| {
        text.parse().ok().filter(|length| (1..=MAX_TEXT).contains(length))
    });
    query.done()?;
    let ask =
        ReadText { id: id.0, from: from.unwrap_or_default(), length: length.unwrap_or(MAX_TEXT) };
    let text = app.query(&caller, ask).await?;
    Ok(HttpResponse::Ok().json(DocumentTextView::from(text)))
}
