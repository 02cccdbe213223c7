//! One operation of a document.

use reqwest::Method;
use serde_json::Value;

use super::Document;

/// An operation.
pub(in super::super) struct Operation<'d> {
    /// `/api/v1/projects/{id}`
    pub(in super::super) path: &'d str,
    pub(in super::super) method: Method,
    pub(super) item: &'d Value,
    pub(super) document: &'d Document,
}

/// What is sent beside the body.
pub(in super::super) struct Parameter<'d> {
    pub(in super::super) name: &'d str,
    /// `path`, `query` or `header`.
    pub(in super::super) place: &'d str,
}

impl<'d> Operation<'d> {
    /// `list_projects`
    pub(in super::super) fn id(&self) -> &'d str {
        self.item["operationId"].as_str().unwrap_or_default()
    }

    pub(in super::super) fn summary(&self) -> &'d str {
        self.item["summary"].as_str().unwrap_or_default()
    }

    /// The segments of the path, of which those of parameters are in braces.
    pub(in super::super) fn segments(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        self.path.split('/').filter(|segment| !segment.is_empty())
    }

    /// Whether the path is one of this operation.
    pub(super) fn is_path(&self, path: &[&str]) -> bool {
        let fits = |(own, given): (&str, &&str)| own == *given || own.starts_with('{');
        self.segments().count() == path.len() && self.segments().zip(path).all(fits)
    }

    pub(in super::super) fn parameters(&self) -> impl Iterator<Item = Parameter<'d>> + use<'d> {
        let (item, document) = (self.item, self.document);
        let parameters = item["parameters"].as_array().into_iter().flatten();
        parameters.filter_map(move |parameter| {
            let parameter = document.resolve(parameter);
            Some(Parameter { name: parameter["name"].as_str()?, place: parameter["in"].as_str()? })
        })
    }

    /// Whether there is a parameter of this name.
    pub(in super::super) fn takes(&self, name: &str) -> bool {
        self.parameters().any(|parameter| parameter.name == name)
    }

    /// The media type of the body and its schema. JSON goes before others.
    pub(in super::super) fn body(&self) -> Option<(&'d str, &'d Value)> {
        let body = self.document.resolve(&self.item["requestBody"]);
        let mut kinds = body["content"].as_object()?.iter();
        let json = kinds.clone().find(|(kind, _)| is_json(kind));
        let (kind, content) = json.or_else(|| kinds.next())?;
        Some((kind.as_str(), &content["schema"]))
    }

    /// The schema of the JSON that it answers when it succeeds.
    pub(in super::super) fn answer(&self) -> Option<&'d Value> {
        let document = self.document;
        let answers = self.item["responses"].as_object()?.iter();
        let mut answers = answers.filter(|(status, _)| status.starts_with('2'));
        answers.find_map(|(_, answer)| {
            document.resolve(answer).get("content")?.get("application/json")?.get("schema")
        })
    }

    /// The schema of an item, if it answers a list.
    pub(in super::super) fn items(&self) -> Option<&'d Value> {
        if self.method != Method::GET {
            return None;
        }
        let data = *self.document.properties(self.answer()?).get("data")?;
        self.document.resolve(data).get("items")
    }
}

/// Whether a media type is JSON, or a form of it such as a merge patch.
pub(in super::super) fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind.ends_with("+json")
}
