//! The page `/docs/problems`: the meaning of each code; a problem's `type` leads here.

use std::{collections::BTreeMap, fmt::Write};

use actix_web::http::StatusCode;
use plinth_domain::Code;
use serde_json::Value;
use utoipa::openapi::{OpenApi, RefOr, Response, example::Example};

use super::html;
use crate::{
    catalogue,
    openapi::{MEDIA_TYPE, operations},
};

/// So many operations are named with a code. A code of more of them says nothing about one.
const MOST_NAMED: usize = 40;

const INTRODUCTION: &str = "<h1>Problems</h1>\n\
     <p>A request that is refused is answered with a problem (RFC 9457). Its <code>code</code> is for \
     programs, and stays the same; <code>detail</code> says what is wrong with this request, and \
     <code>request_id</code> names it in the log of the server. A code without a status is that of one \
     value in <code>errors</code>, of a record that has failed, or of a request that no operation \
     got.</p>\n\
     <p class=\"filter\" hidden><input id=\"filter\" type=\"search\" autocomplete=\"off\" \
     aria-label=\"Filter by code or meaning\" placeholder=\"Filter by code or meaning\"></p>\n\
     <p id=\"found\" class=\"note\" role=\"status\"></p>\n";

/// An operation that answers a code.
struct Answer {
    /// Its method and path.
    target: String,
    /// Where the reference shows it.
    anchor: String,
}

pub(super) fn page(document: &OpenApi) -> String {
    let (answers, total) = (answers(document), operations(document).count());
    let mut subjects: BTreeMap<&str, Vec<Code>> = BTreeMap::new();
    for code in catalogue::codes() {
        subjects.entry(subject(code)).or_default().push(code);
    }
    let mut main = INTRODUCTION.to_owned();
    main.push_str("<details>\n<summary>Subjects</summary>\n<nav>\n");
    for subject in subjects.keys() {
        let _ = writeln!(main, "<a href=\"#subject-{subject}\">{subject}</a>");
    }
    main.push_str("</nav>\n</details>\n");
    for (subject, mut codes) in subjects {
        codes.sort_by_key(|code| code.name());
        let _ = writeln!(main, "<section>\n<h2 id=\"subject-{subject}\">{subject}</h2>");
        for code in codes {
            let answers = answers.get(code.name()).map(Vec::as_slice).unwrap_or_default();
            entry(&mut main, code, example(document, code), answers, total);
        }
        main.push_str("</section>\n");
    }
    html::page("Plinth API: problems", "problems.js", &main)
}

/// What comes before the first dot.
fn subject(code: Code) -> &'static str {
    code.name().split_once('.').map_or("general", |(subject, _)| subject)
}

/// The operations that answer each code.
fn answers(document: &OpenApi) -> BTreeMap<&str, Vec<Answer>> {
    let mut found: BTreeMap<&str, Vec<Answer>> = BTreeMap::new();
    for (path, method, operation) in operations(document) {
        let (target, anchor) = (html::target(method, path), html::anchor(operation));
        for response in operation.responses.responses.values() {
            let content =
                resolved(document, response).and_then(|response| response.content.get(MEDIA_TYPE));
            let Some(RefOr::T(content)) = content else { continue };
            for code in content.examples.keys() {
                let answers = found.entry(code).or_default();
                // An operation can answer a code with two statuses.
                if answers.last().is_none_or(|last| last.target != target) {
                    answers.push(Answer { target: target.clone(), anchor: anchor.clone() });
                }
            }
        }
    }
    found
}

fn resolved<'a>(document: &'a OpenApi, response: &'a RefOr<Response>) -> Option<&'a Response> {
    let response = match response {
        RefOr::T(_) => response,
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            document.components.as_ref()?.responses.get(name)?
        }
    };
    match response {
        RefOr::T(response) => Some(response),
        RefOr::Ref(_) => None,
    }
}

/// A problem of the code, if one can be the whole answer.
fn example(document: &OpenApi, code: Code) -> Option<&Value> {
    match document.components.as_ref()?.examples.get(code.name())? {
        RefOr::T(Example { value, .. }) => value.as_ref(),
        RefOr::Ref(_) => None,
    }
}

fn entry(main: &mut String, code: Code, example: Option<&Value>, answers: &[Answer], total: usize) {
    let (name, meaning) = (code.name(), html::prose(code.meaning()));
    let status = example.and_then(|problem| problem["status"].as_u64());
    let status = status.and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let status = status.map_or_else(|| "without a status".to_owned(), |status| status.to_string());
    let _ = writeln!(
        main,
        "<article class=\"entry\" id=\"{name}\">\n\
         <h3><a href=\"#{name}\"><code>{name}</code></a> <span class=\"note\">{status}</span></h3>\n\
         <p>{meaning}</p>"
    );
    answered_by(main, answers, total);
    if let Some(Ok(text)) = example.map(serde_json::to_string_pretty) {
        let text = html::escaped(&text);
        let _ = writeln!(
            main,
            "<details>\n<summary>Example</summary>\n<pre><code>{text}</code></pre>\n</details>"
        );
    }
    main.push_str("</article>\n");
}

fn answered_by(main: &mut String, answers: &[Answer], total: usize) {
    let summary = match answers.len() {
        0 => return,
        1 => "Answered by one operation".to_owned(),
        number @ 2..=MOST_NAMED => format!("Answered by {number} operations"),
        number => {
            let _ =
                writeln!(main, "<p class=\"note\">Answered by {number} of {total} operations.</p>");
            return;
        }
    };
    let _ = writeln!(main, "<details>\n<summary>{summary}</summary>\n<ul>");
    for Answer { target, anchor } in answers {
        let _ = writeln!(main, "<li><a href=\"./#{anchor}\">{target}</a></li>");
    }
    main.push_str("</ul>\n</details>\n");
}
