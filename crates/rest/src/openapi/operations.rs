//! Access to the operations of a document.

use utoipa::openapi::{
    OpenApi, PathItem, RefOr, SecurityRequirement, path::Operation, path::Parameter,
};

/// Every operation, with its path and its method.
pub(crate) fn operations(
    document: &OpenApi,
) -> impl Iterator<Item = (&str, &'static str, &Operation)> {
    document.paths.paths.iter().flat_map(|(path, item)| {
        let all = [
            ("options", &item.options),
            ("get", &item.get),
            ("put", &item.put),
            ("post", &item.post),
            ("patch", &item.patch),
            ("delete", &item.delete),
        ];
        let known = all.into_iter().filter_map(|(method, found)| Some((method, found.as_ref()?)));
        known.map(|(method, operation)| (path.as_str(), method, operation))
    })
}

/// Every operation, with its path.
pub(super) fn operations_mut(
    document: &mut OpenApi,
) -> impl Iterator<Item = (&str, &mut Operation)> {
    document.paths.paths.iter_mut().flat_map(|(path, item)| {
        let PathItem { options, get, put, post, patch, delete, .. } = item;
        let all = [options, get, put, post, patch, delete].into_iter().flatten();
        all.map(|operation| (path.as_str(), operation))
    })
}

/// An operation without a credential has no requirements. utoipa declares one that is empty.
pub(super) fn complete_security(document: &mut OpenApi) {
    for (_, operation) in operations_mut(document) {
        if let Some([one]) = operation.security.as_deref()
            && *one == SecurityRequirement::default()
        {
            operation.security = Some(Vec::new());
        }
    }
}

/// The parameters that an operation declares.
pub(super) fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// The permission that an operation needs: `Some(None)` if any credential is
/// enough, `None` if it needs no credential.
#[expect(clippy::option_option, reason = "no credential, any credential, and one permission")]
pub(super) fn permission(operation: &Operation) -> Option<Option<String>> {
    let requirements = operation.security.as_deref().unwrap_or_default();
    let bearer = requirements.iter().find_map(|requirement| {
        let value = serde_json::to_value(requirement).ok()?;
        value.get("bearer").cloned()
    })?;
    Some(bearer.get(0).and_then(|scope| scope.as_str()).map(str::to_owned))
}
