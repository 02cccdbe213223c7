//! Ids in paths.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use plinth_domain::Id;
use uuid::Uuid;

use crate::problem::ApiError;

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
        let malformed = |_| ApiError::bad_request(PATH_ID, "the id in the path must be a UUID");
        // Only the hyphenated form, so that a record has one URL.
        let uuid = if text.len() == 36 { text } else { "" };
        ready(Uuid::try_parse(uuid).map_err(malformed).map(|uuid| Self(Id::from_uuid(uuid))))
    }
}
