//! The list of operations, which stands for the interactive reference where Node has not built it.

use std::fmt::Write;

use utoipa::openapi::{OpenApi, path::Operation, tag::Tag};

use super::html;
use crate::openapi::operations;

const INTRODUCTION: &str = "<h1>Plinth API</h1>\n\
     <p>These are the operations. This server was built without the interactive reference; in a \
     checkout, <code>./justw console</code> builds it. The \
     <a href=\"../api/v1/openapi.json\">OpenAPI document</a> has every parameter, body and answer, and \
     the <a href=\"problems\">problems</a> have a page.</p>\n";

pub(super) fn page(document: &OpenApi) -> String {
    let mut main = INTRODUCTION.to_owned();
    for tag in document.tags.iter().flatten() {
        section(&mut main, document, tag);
    }
    html::page("Plinth API", "", &main)
}

fn section(main: &mut String, document: &OpenApi, tag: &Tag) {
    let (slug, name) = (html::slug(&tag.name), html::escaped(&tag.name));
    let about = html::prose(tag.description.as_deref().unwrap_or_default());
    let _ = writeln!(main, "<section>\n<h2 id=\"tag/{slug}\">{name}</h2>\n<p>{about}</p>");
    for (path, method, operation) in operations(document) {
        if operation.tags.iter().flatten().any(|own| *own == tag.name) {
            entry(main, &html::target(method, path), operation);
        }
    }
    main.push_str("</section>\n");
}

fn entry(main: &mut String, target: &str, operation: &Operation) {
    let anchor = html::anchor(operation);
    let _ = writeln!(main, "<article class=\"entry\" id=\"{anchor}\">\n<h3>{target}</h3>");
    let texts = [&operation.summary, &operation.description].into_iter().flatten();
    for paragraph in texts.flat_map(|text| text.split("\n\n")).filter(|text| !text.is_empty()) {
        let _ = writeln!(main, "<p>{}</p>", html::prose(paragraph));
    }
    main.push_str("</article>\n");
}
