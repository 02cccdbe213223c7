use plinth_application::events::Topics;

use crate::list::ListQuery;

/// `?after=`: the number after which to begin.
pub(super) fn after(query: &mut ListQuery) -> Option<i64> {
    query.take("after", "the number of an event, or 0", number)
}

/// `?topics=`; all topics by default.
pub(super) fn topics(query: &mut ListQuery) -> Topics {
    let expected = format!(
        "at most {} of documents, jobs, projects, projects/{{id}}, members, invitations, \
         api_keys, feature_flags, organization and *, with commas between them",
        Topics::MOST
    );
    let topics = query.take("topics", &expected, |text| Topics::parse(text.split(',')).ok());
    topics.unwrap_or_else(Topics::all)
}

/// The number of an event, or 0.
pub(super) fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 0)
}
