//! Parts of the pages.

use std::fmt::Write;

use utoipa::openapi::path::Operation;

/// A whole page, with its own script or none.
pub(super) fn page(title: &str, script: &str, main: &str) -> String {
    let script = match script {
        "" => String::new(),
        name => format!("<script src=\"{name}\" defer></script>\n"),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"icon\" href=\"icon.svg\">\n\
         <link rel=\"stylesheet\" href=\"style.css\">\n{script}</head>\n<body>\n\
         <nav class=\"top\"><a href=\"./\">Reference</a> <a href=\"problems\">Problems</a> \
         <a href=\"../api/v1/openapi.json\">OpenAPI</a></nav>\n\
         <main>\n{main}</main>\n</body>\n</html>\n"
    )
}

/// Text as it is.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Sentences in which code stands between grave accents.
pub(super) fn prose(text: &str) -> String {
    let mut html = String::new();
    for (number, part) in escaped(text).split('`').enumerate() {
        let _ = match number % 2 {
            0 => write!(html, "{part}"),
            _ => write!(html, "<code>{part}</code>"),
        };
    }
    html
}

/// The name of a tag in an anchor, which `reference.js` gives Scalar, too.
pub(super) fn slug(tag: &str) -> String {
    tag.replace(' ', "-")
}

/// The anchor of an operation in the reference.
pub(super) fn anchor(operation: &Operation) -> String {
    let tag = operation.tags.iter().flatten().next().map_or("", String::as_str);
    let id = operation.operation_id.as_deref().unwrap_or_default();
    format!("tag/{}/{id}", slug(tag))
}

/// The method and the path of an operation.
pub(super) fn target(method: &str, path: &str) -> String {
    format!("<code>{} {}</code>", method.to_uppercase(), escaped(path))
}
