//! Ids in paths.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use plinth_domain::Id;
use uuid::Uuid;

use crate::{methods, problem::ApiError};

plinth_domain::codes! {
    PATH_ID = "path.id", "The id in the path is no UUID.";
}

/// The `{id}` of a path.
pub(crate) struct PathId<T>(pub(crate) Id<T>);

impl<T> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        let malformed = |_| no_id(request);
        // Only the hyphenated form, so that a record has one URL.
        let uuid = if text.len() == 36 { text } else { "" };
        ready(Uuid::try_parse(uuid).map_err(malformed).map(|uuid| Self(Id::from_uuid(uuid))))
    }
}

/// Another id of a path, beside `{id}`, by its name.
pub(crate) fn id<T>(request: &HttpRequest, name: &str) -> Result<Id<T>, ApiError> {
    let text = request.match_info().get(name).unwrap_or_default();
    let uuid = Uuid::try_parse(if text.len() == 36 { text } else { "" });
    uuid.map(Id::from_uuid)
        .map_err(|_| ApiError::bad_request(PATH_ID, "the ids in the path must be UUIDs"))
}

/// The error for a path without an id. `/invitations/accept` is one, too, and knows no `DELETE`.
fn no_id(request: &HttpRequest) -> ApiError {
    let methods = request.app_data::<Data<methods::Known>>();
    let known = methods.and_then(|methods| methods.of_path(request.path())).unwrap_or_default();
    if known.split(", ").any(|method| method == request.method().as_str()) {
        ApiError::bad_request(PATH_ID, "the id in the path must be a UUID")
    } else {
        methods::not_allowed(known)
    }
}
