use plinth_domain::{Access, Forbidden, Id, Invalid, Permission, PermissionSet, ProjectId};
use uuid::Uuid;

use super::{Event, kind::Kind};
use crate::{
    events::{TOPIC_TOO_MANY, TOPIC_UNKNOWN},
    resource::resources,
};

/// A topic of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic(Which);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    Kind(Kind),
    Project(ProjectId),
}

impl Topic {
    /// Parses `documents`, `projects/{id}` or `*`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let project = |id: &str| {
            let id = if id.len() == 36 { Uuid::try_parse(id).ok()? } else { return None };
            Some(Which::Project(Id::from_uuid(id)))
        };
        let kind = || Kind::of_topic(text).map(Which::Kind);
        let which = match text.strip_prefix("projects/") {
            _ if text == "*" => Some(Which::All),
            Some(id) => project(id),
            None => kind(),
        };
        which.map(Self).ok_or_else(|| {
            let names = resources().map(|r| r.topic).collect::<Vec<_>>().join(", ");
            Invalid::new(TOPIC_UNKNOWN, format!("must be *, projects/{{id}} or one of {names}"))
        })
    }

    /// The permission that it needs; `None` for `*`, which includes only what the subscriber may
    /// read.
    const fn permission(self) -> Option<Permission> {
        match self.0 {
            Which::All => None,
            Which::Kind(kind) => Some(kind.permission()),
            Which::Project(_) => Some(Permission::ProjectRead),
        }
    }

    fn covers(self, event: &Event) -> bool {
        match self.0 {
            Which::All => true,
            Which::Kind(kind) => event.kind == kind,
            Which::Project(project) => event.project == Some(project.uuid()),
        }
    }
}

/// The topics of a subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics(Vec<Topic>);

impl Topics {
    /// The maximum number of topics of a subscription.
    pub const MOST: usize = 50;

    /// Parses topics. Refuses the first that is invalid.
    pub fn parse<'t>(names: impl IntoIterator<Item = &'t str>) -> Result<Self, Invalid> {
        let mut topics = Self::default();
        for name in names {
            topics.add(Topic::parse(name)?)?;
        }
        Ok(topics)
    }

    /// The topic of each kind of record.
    pub fn names() -> impl Iterator<Item = &'static str> {
        resources().map(|resource| resource.topic)
    }

    /// All topics that the subscriber may read.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![Topic(Which::All)])
    }

    /// Adds a topic.
    pub fn add(&mut self, topic: Topic) -> Result<(), Invalid> {
        if self.0.contains(&topic) {
            return Ok(());
        }
        if self.0.len() == Self::MOST {
            let detail = format!("there may be {} topics at the most", Self::MOST);
            return Err(Invalid::new(TOPIC_TOO_MANY, detail));
        }
        self.0.push(topic);
        Ok(())
    }

    /// Adds these topics.
    pub fn join(&mut self, more: Self) -> Result<(), Invalid> {
        more.0.into_iter().try_for_each(|topic| self.add(topic))
    }

    /// Removes these topics.
    pub fn leave(&mut self, gone: &Self) {
        self.0.retain(|topic| !gone.0.contains(topic));
    }

    /// Whether there is no topic.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that the caller has the permission of each topic.
    pub fn check(&self, access: &Access) -> Result<(), Forbidden> {
        let mut needed = self.0.iter().filter_map(|topic| topic.permission());
        needed.try_for_each(|permission| access.require(permission).map(drop))
    }

    /// Whether a subscriber with these permissions receives an event.
    pub(super) fn show(&self, event: &Event, permissions: PermissionSet) -> bool {
        permissions.contains(event.kind.permission())
            && event.further.is_none_or(|further| permissions.contains(further))
            && self.0.iter().any(|topic| topic.covers(event))
    }
}
