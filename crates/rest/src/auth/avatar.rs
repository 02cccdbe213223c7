//! `/me/avatar` and `/users/{id}/avatar`

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, delete,
    dev::Payload,
    get,
    http::{StatusCode, header},
    put,
    web::Bytes,
};
use plinth_domain::{ContentType, User};
use plinth_ports::UserAvatarId;

use crate::{
    documents::SANDBOX,
    etag,
    json::{Format, codes::BODY_TOO_LARGE, read},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
};

const PICTURES: Format = Format { kinds: &["image/png", "image/jpeg", "image/webp"] };
/// The most bytes of a picture that is sent.
const BYTES: usize = 1024 * 1024;

pub(super) fn routes(config: &mut Routes<'_>) {
    config.service(put_avatar).service(delete_avatar).service(get_avatar);
}

/// The bytes of a picture.
pub(crate) struct Picture(Bytes);

impl FromRequest for Picture {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (bytes, _) = read(&request, payload, &PICTURES, BYTES).await?;
            if bytes.len() > BYTES {
                let detail = format!("a picture has at most {BYTES} bytes");
                return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, BODY_TOO_LARGE, detail));
            }
            Ok(Self(bytes.into()))
        })
    }
}

/// Give the caller's account a picture: a PNG, a JPEG or a WebP (`Content-Type`) of at most 1 MiB and 16
/// megapixels. It is made anew, upright, at most 256 pixels wide and high, and without metadata.
#[utoipa::path(
    tag = "auth",
    operation_id = "put_avatar",
    request_body(content = Vec<u8>, content_type = "image/*"),
    responses(
        (status = 204, description = "The account has the picture"),
        (status = 403, description = "auth.users_only"),
        (status = 503, description = "organization.busy"),
    ),
    security(("bearer" = [])),
)]
#[put("/me/avatar")]
pub(crate) async fn put_avatar(
    app: App,
    Authenticated(caller): Authenticated,
    picture: Picture,
) -> Result<HttpResponse, ApiError> {
    app.change_avatar(&caller, picture.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Remove the picture of the caller's account.
#[utoipa::path(
    tag = "auth",
    operation_id = "delete_avatar",
    responses(
        (status = 204, description = "The account has no picture"),
        (status = 403, description = "auth.users_only"),
    ),
    security(("bearer" = [])),
)]
#[delete("/me/avatar")]
pub(crate) async fn delete_avatar(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    app.remove_avatar(&caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Read the picture of a member of the organization. A user reads the own one in any organization.
#[utoipa::path(
    tag = "auth",
    operation_id = "get_avatar",
    params(("id" = Uuid, Path, description = "The user's id"), etag::Conditional),
    responses(
        (
            status = 200,
            description = "A JPEG or PNG",
            content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png")),
            headers(("ETag"), ("Content-Disposition")),
        ),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["member:read"])),
)]
#[get("/users/{id}/avatar")]
pub(crate) async fn get_avatar(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<User>,
) -> Result<HttpResponse, ApiError> {
    let is_answered =
        |id: UserAvatarId| !matches!(etag::unchanged(&request, &id.to_string()), Ok(None));
    let (id, content) = app.avatar(&caller, id.0, is_answered).await?;
    let tag = id.to_string();
    if let Some(answered) = etag::unchanged(&request, &tag)? {
        return Ok(answered);
    }
    let content = content.ok_or_else(ApiError::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, ContentType::sniff(&content).media_type()))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .insert_header((header::ETAG, etag::quoted(&tag)))
        .insert_header(SANDBOX)
        .body(content))
}
