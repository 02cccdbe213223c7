//! `/parties`

mod dto;
mod import;
mod units;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::{
    crud::{Get, Remove, Update},
    parties::ListParties,
};
use plinth_domain::{Country, Party, PartyRole, Text};
use plinth_ports::{
    OneOf, Search,
    records::parties::{PartyFilter, PartySort},
};

use crate::{
    etag::{self, IfMatch},
    idempotency,
    json::Body,
    list::{Archived, ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
pub(super) use dto::{LanguageName, language};
use dto::{NewParty, PartyPatch, PartyRoleName, PartyView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("parties", "Customers and suppliers of the organization") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_parties)
        .service(create_party)
        .service(import::import_parties)
        .service(get_party)
        .service(update_party)
        .service(delete_party);
}

/// Those that act in one of these roles: a party that is both acts in each of them.
fn acting_as(roles: &OneOf<PartyRole>) -> OneOf<PartyRole> {
    let others = |role: &PartyRole| *role != PartyRole::Both;
    let named = roles.values().unwrap_or_default().iter().copied().filter(others);
    let acting = named.chain(roles.values().map(|_| PartyRole::Both));
    OneOf::new(acting.collect()).unwrap_or_default()
}

/// Create a party.
#[utoipa::path(
    tag = "parties",
    operation_id = "create_party",
    params(idempotency::Key),
    request_body = NewParty,
    responses((status = 201, body = PartyView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))), (status = 409, description = "party.number_taken, party.account_taken")),
    security(("bearer" = ["party:create"])),
)]
#[post("/parties")]
pub(crate) async fn create_party(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewParty>,
) -> Result<HttpResponse, ApiError> {
    idempotency::create::<PartyView, Party, _>(&app, &caller, body.key, body.value).await
}

/// List parties.
#[utoipa::path(
    tag = "parties",
    operation_id = "list_parties",
    params(
        ("number" = Option<String>, Query, min_length = 1, max_length = 32, description = "Filter by number"),
        ("role" = Option<Vec<PartyRoleName>>, Query, description = "One of these roles; who is `both` is a `customer` and a `supplier`, too"),
        ("country" = Option<Vec<String>>, Query, description = "In one of these countries (ISO 3166-1 alpha-2)"),
        Archived,
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Words in name, number, city or VAT id; tolerates typos"),
        Paging<PartySort>,
    ),
    responses(
        (status = 200, body = ListView<PartyView>, headers(("Link"))),
    ),
    security(("bearer" = ["party:read"])),
)]
#[get("/parties")]
pub(crate) async fn list_parties(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let names = PartyRole::ALL.map(PartyRole::name);
    let filter = PartyFilter {
        number: query.take("number", "1 to 32 characters", |text| Text::parse(text).ok()),
        role: acting_as(&query.one_of("role", &names, PartyRole::from_name)),
        country: query.several("country", "ISO 3166-1 codes with commas between them", |code| {
            Country::parse(code).ok()
        }),
        archived: query.archived(Some(false)),
        vat_id: None,
        iban: None,
        name: None,
        without_account: None,
        search: query.text("q", 100).map(|q| Search::new(&q, true)),
    };
    let page = query.page(&caller)?;
    let ask = move |page| ListParties { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, PartyView::from).await
}

/// Read a party.
#[utoipa::path(
    tag = "parties",
    operation_id = "get_party",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = PartyView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["party:read"])),
)]
#[get("/parties/{id}")]
pub(crate) async fn get_party(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Party>,
) -> Result<HttpResponse, ApiError> {
    let party = app.query(&caller, Get { id: id.0 }).await?;
    let version = party.revision.version;
    etag::item(&request, &PartyView::from(party), version)
}

/// Change a party.
#[utoipa::path(
    tag = "parties",
    operation_id = "update_party",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = PartyPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = PartyView, headers(("ETag"))), (status = 409, description = "party.number_taken, party.account_taken")),
    security(("bearer" = ["party:update"])),
)]
#[patch("/parties/{id}")]
pub(crate) async fn update_party(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Party>,
    expected: IfMatch,
    body: Body<PartyPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = Update { id: id.0, expected: expected.0, changes: body.value };
    let party = app.execute(&caller, command).await?;
    let version = party.revision.version;
    Ok(etag::changed(&PartyView::from(party), version))
}

/// Remove a party.
#[utoipa::path(
    tag = "parties",
    operation_id = "delete_party",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The party is removed"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["party:delete"])),
)]
#[delete("/parties/{id}")]
pub(crate) async fn delete_party(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Party>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, Remove { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}
