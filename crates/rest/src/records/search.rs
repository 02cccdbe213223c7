//! `/search`

mod view;

use actix_web::{HttpResponse, get};
use plinth_application::knowledge::{MAX_QUERY, SearchKind, SearchRequest};
use plinth_domain::Id;

use crate::{
    list::{Limit, ListQuery},
    middleware::{App, Authenticated},
    problem::ApiError,
    record::Record,
    routing::Routes,
};
pub(super) use view::VectorUseName;
use view::{SearchKindName, SearchView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("search", "The search over everything that the caller may read") };

fn routes(config: &mut Routes<'_>) {
    config.service(search);
}

/// Search everything.
///
/// Finds records by their names, documents also by the words of their text and, where the organization
/// has chosen an embedding model (`settings.embedding_model_id`), by meaning. Only what the caller has
/// the permission to read is found. Scores order the results of one answer, and mean nothing else.
#[utoipa::path(
    tag = "search",
    operation_id = "search",
    params(
        ("q" = String, Query, min_length = 1, max_length = 200, description = "What is looked for"),
        ("kinds" = Option<Vec<SearchKindName>>, Query, description = "One of these kinds"),
        ("project_id" = Option<Uuid>, Query, description = "This project, and what belongs to it"),
        Limit,
    ),
    responses(
        (status = 200, body = SearchView),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["search:read"])),
)]
#[get("/search")]
pub(crate) async fn search(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let request = SearchRequest {
        query: query.required_text("q", MAX_QUERY),
        kinds: query.one_of("kinds", &SearchKind::NAMES, SearchKind::from_name),
        project: query.uuid("project_id").map(Id::from_uuid),
        limit: query.limit(),
    };
    query.done()?;
    let answer = app.search(&caller, request).await?;
    Ok(HttpResponse::Ok().json(SearchView::from(answer)))
}
