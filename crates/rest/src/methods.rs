//! The methods that each path of the API knows.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use utoipa::openapi::OpenApi;

use crate::{
    middleware::codes::METHOD_NOT_ALLOWED,
    problem::{ApiError, More},
};

/// The methods of each documented path.
pub(crate) struct Methods(Vec<(Vec<String>, String)>);

/// Made at its first use.
pub(crate) type Known = LazyLock<Methods>;

impl Methods {
    pub(crate) fn of(document: &OpenApi) -> Self {
        let known = document.paths.paths.iter().map(|(path, item)| {
            let methods = [
                ("GET, HEAD", item.get.is_some()),
                ("PUT", item.put.is_some()),
                ("POST", item.post.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
                ("OPTIONS", item.options.is_some()),
            ];
            let methods = methods.iter().filter(|(_, known)| *known).map(|(name, _)| *name);
            (path.split('/').map(str::to_owned).collect(), methods.collect::<Vec<_>>().join(", "))
        });
        Self(known.collect())
    }

    /// The methods of paths that no document has.
    pub(crate) fn fixed(known: &[(&str, &str)]) -> Self {
        let known = known.iter().map(|(path, methods)| {
            (path.split('/').map(str::to_owned).collect(), (*methods).to_owned())
        });
        Self(known.collect())
    }

    /// The methods of a path; a fixed segment takes precedence over a
    /// parameter.
    pub(crate) fn of_path(&self, path: &str) -> Option<&str> {
        let given = path.split('/').collect::<Vec<_>>();
        let fits = |known: &[String]| {
            known.len() == given.len()
                && known.iter().zip(&given).all(|(known, given)| {
                    known == given || (known.starts_with('{') && !given.is_empty())
                })
        };
        let found = self.0.iter().filter(|(known, _)| fits(known));
        let parameters = |known: &[String]| known.iter().filter(|s| s.starts_with('{')).count();
        found.min_by_key(|(known, _)| parameters(known)).map(|(_, methods)| methods.as_str())
    }
}

/// The error for a method that the path does not know.
pub(crate) fn not_allowed(allow: &str) -> ApiError {
    let detail = format!("this path knows {allow}");
    let error = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, METHOD_NOT_ALLOWED, detail);
    ApiError { more: Some(More::Allow(allow.into())), ..error }
}
