use plinth_application::events::Topics;
use serde_json::json;
use utoipa::{
    IntoParams,
    openapi::{
        ArrayBuilder, Required,
        path::{Parameter, ParameterIn},
    },
};

use crate::{
    list::ListQuery,
    parameter::{header, query, text},
};

const UUID: &str = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/// `?topics=` in the OpenAPI document.
pub(super) struct TopicsParameter;

impl IntoParams for TopicsParameter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let names = Topics::names().collect::<Vec<_>>().join("|");
        let topic = format!(r"(\*|projects/{UUID}|{names})");
        let topics = ArrayBuilder::new()
            .items(text(&format!("^{topic}$")))
            .max_items(Some(Topics::MOST))
            .examples([json!(["documents", "jobs"])]);
        vec![query("topics", "Topics: `documents`, `projects/{id}`; default all", topics)]
    }
}

/// `Last-Event-ID` in the OpenAPI document.
pub(super) struct LastEventId;

impl IntoParams for LastEventId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let number = text("^[0-9]{1,18}$").examples(["41"]);
        vec![header("Last-Event-ID", Required::False, "Overrides `after`", number)]
    }
}

/// `?after=`: the number after which to begin.
pub(super) fn after(query: &mut ListQuery) -> Option<i64> {
    query.take("after", "the number of an event, or 0", number)
}

/// `?topics=`; all topics by default.
pub(super) fn topics(query: &mut ListQuery) -> Topics {
    let names = Topics::names().collect::<Vec<_>>().join(", ");
    let most = Topics::MOST;
    let expected =
        format!("at most {most} of {names}, projects/{{id}} and *, with commas between them");
    let topics = query.take("topics", &expected, |text| Topics::parse(text.split(',')).ok());
    topics.unwrap_or_else(Topics::all)
}

/// The number of an event, or 0.
pub(super) fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 0)
}
