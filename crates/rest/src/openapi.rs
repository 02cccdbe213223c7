//! The OpenAPI 3.1 document: the declarations of the handlers, completed with
//! what all operations share.

mod descriptions;
mod examples;
mod files;
mod free_form;
mod headers;
mod lists;
mod operations;
mod parameters;
mod parts;
mod patches;
mod problems;
mod schemas;
mod texts;
mod walk;

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Bytes, Data},
};
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};

use crate::{
    documents::ThumbnailSizeName,
    etag, gateway,
    problem::{ApiError, Fault, Problem},
    records,
};

pub(crate) use operations::operations;
pub(crate) use problems::MEDIA_TYPE;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Plinth",
        description = "The multi-tenant backend. The organization comes from the credential.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "The server that the document comes from")),
    components(schemas(
        Problem,
        Fault,
        ThumbnailSizeName,
        records::XmlSyntaxName,
        records::EInvoiceProfileName,
        records::UsageByName,
        gateway::AnthropicErrorView,
        gateway::OpenAiErrorView
    )),
    tags(
        (name = "auth", description = "Accounts, sessions and tokens, and the caller itself"),
        (name = "organization", description = "The organization of the credential, and its settings"),
        (name = "members", description = "The users of the organization and their roles"),
        (name = "invitations", description = "Offers of membership to an e-mail address"),
        (name = "api-keys", description = "Credentials of programs"),
        (name = "documents", description = "Files with their versions, and uploads straight to the object storage"),
        (name = "uploads", description = "Resumable uploads of files, by the tus protocol"),
        (name = "jobs", description = "Background work and its progress"),
        (name = "audit-logs", description = "Who did what, and the proof that no entry was changed"),
        (name = "events", description = "Changes as they happen: pages, server-sent events, a WebSocket"),
        (name = "feature-flags", description = "Switches of the product, by organization"),
        (name = "operations", description = "Health of the server, and this document"),
    ),
)]
struct Base;

/// The document before the operations are added.
pub(crate) fn base() -> openapi::OpenApi {
    let mut document = Base::openapi();
    let tags = document.tags.get_or_insert_default();
    tags.extend(records::tags());
    tags.extend(gateway::TAGS.map(|(name, description)| {
        TagBuilder::new().name(name).description(Some(description)).build()
    }));
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An access token (`pla_…`), an API key (`plk_…`) or the token of a support session \
             (`pls_…`). The scopes named with an operation are the permissions that it needs.",
        ))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}

/// Completes what the handlers and the types declare.
pub(crate) fn complete(mut document: openapi::OpenApi) -> openapi::OpenApi {
    operations::complete_security(&mut document);
    files::complete(&mut document);
    lists::complete(&mut document);
    schemas::complete(&mut document);
    free_form::complete(&mut document);
    patches::complete(&mut document);
    parameters::complete(&mut document);
    problems::complete(&mut document);
    headers::complete(&mut document);
    descriptions::complete(&mut document);
    examples::complete(&mut document);
    texts::complete(&mut document);
    document
}

/// The document, encoded.
pub(crate) struct Document {
    text: Bytes,
    tag: String,
}

/// Made at its first use. `None` when the document cannot be encoded.
pub(crate) type Encoded = LazyLock<Option<Document>>;

impl Document {
    pub(crate) fn of(document: &openapi::OpenApi) -> Option<Self> {
        let text = document.to_json().ok()?;
        let tag = etag::of_bytes(text.as_bytes());
        Some(Self { text: text.into(), tag })
    }
}

/// A document of the version 3.1 of OpenAPI.
#[derive(ToSchema)]
#[schema(value_type = Object)]
#[expect(dead_code, reason = "it only describes the answer")]
pub(crate) struct OpenApiDocument(serde_json::Value);

/// The OpenAPI document.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_openapi",
    params(etag::Conditional),
    responses(
        (status = 200, description = "This document", body = OpenApiDocument, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(()),
)]
#[get("/openapi.json")]
pub(crate) async fn get_openapi(
    request: HttpRequest,
    document: Data<Encoded>,
) -> Result<HttpResponse, ApiError> {
    let document = Option::as_ref(&document).ok_or_else(ApiError::internal)?;
    // The tag is weak, because the document may be compressed.
    let tag = (header::ETAG, format!("W/{}", etag::quoted(&document.tag)));
    if etag::is_known(&request, &document.tag)? {
        return Ok(HttpResponse::NotModified().insert_header(tag).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header(tag)
        .body(document.text.clone()))
}
