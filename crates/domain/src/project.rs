use chrono::NaiveDate;

use crate::{
    Description, Id, Invalid, InvalidTransition, JsonObject, Name, OrganizationId, Patch,
    ProjectCode, ProjectStatus, Revision, Schedule, Timestamp,
};

/// The values of a new project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectDraft {
    /// The code, unique in the organization.
    pub code: ProjectCode,
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Option<Description>,
    /// The status.
    pub status: ProjectStatus,
    /// The first and the last day.
    pub schedule: Schedule,
    /// Metadata of the client.
    pub metadata: JsonObject,
}

/// A change of a project; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectChanges {
    /// The new code.
    pub code: Option<ProjectCode>,
    /// The new name.
    pub name: Option<Name>,
    /// The new description, or its removal.
    pub description: Patch<Description>,
    /// The new status.
    pub status: Option<ProjectStatus>,
    /// The new first day, or its removal.
    pub starts_on: Patch<NaiveDate>,
    /// The new last day, or its removal.
    pub ends_on: Patch<NaiveDate>,
    /// The metadata after a merge patch.
    pub metadata: Option<JsonObject>,
}

/// The identity of a project.
pub type ProjectId = Id<Project>;

/// A project of an organization, to which other records can belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The identity.
    pub id: ProjectId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The code, unique in the organization.
    pub code: ProjectCode,
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Option<Description>,
    /// The status.
    pub status: ProjectStatus,
    /// The first and the last day.
    pub schedule: Schedule,
    /// Metadata of the client.
    pub metadata: JsonObject,
    /// The revision.
    pub revision: Revision,
}

/// Why a change of a project is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    /// The status does not allow the change.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// The result would be invalid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl Project {
    /// A new project.
    #[must_use]
    pub fn plan(
        id: ProjectId,
        organization: OrganizationId,
        draft: ProjectDraft,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization,
            code: draft.code,
            name: draft.name,
            description: draft.description,
            status: draft.status,
            schedule: draft.schedule,
            metadata: draft.metadata,
            revision: Revision::first(at),
        }
    }

    /// The project after a change. An archived project can only change its
    /// status back.
    pub fn change(self, changes: ProjectChanges, at: Timestamp) -> Result<Self, ProjectError> {
        if self.status == ProjectStatus::Archived
            && changes.status.is_none_or(|s| s == ProjectStatus::Archived)
        {
            return Err(InvalidTransition { from: "archived", attempted: "change it" }.into());
        }
        let (mut starts_on, mut ends_on) = (self.schedule.starts_on(), self.schedule.ends_on());
        changes.starts_on.apply(&mut starts_on);
        changes.ends_on.apply(&mut ends_on);
        let mut description = self.description;
        changes.description.apply(&mut description);
        Ok(Self {
            code: changes.code.unwrap_or(self.code),
            name: changes.name.unwrap_or(self.name),
            description,
            status: changes.status.unwrap_or(self.status),
            schedule: Schedule::new(starts_on, ends_on)?,
            metadata: changes.metadata.unwrap_or(self.metadata),
            revision: self.revision.next(at),
            ..self
        })
    }

    /// Archives the project, which makes it read-only.
    pub fn archive(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status == ProjectStatus::Archived {
            return Err(InvalidTransition { from: "archived", attempted: "archive it" });
        }
        Ok(Self { status: ProjectStatus::Archived, revision: self.revision.next(at), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;
    use proptest::prelude::*;

    fn project(status: ProjectStatus) -> Project {
        let draft = ProjectDraft {
            code: ProjectCode::parse("P-1").unwrap(),
            name: Name::parse("Harbour").unwrap(),
            description: None,
            status,
            schedule: Schedule::default(),
            metadata: JsonObject::default(),
        };
        let id = uuid::Uuid::nil();
        Project::plan(Id::from_uuid(id), Id::from_uuid(id), draft, Timestamp::UNIX_EPOCH)
    }

    fn day(n: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(738_000 + n).unwrap()
    }

    #[test]
    fn an_archived_project_changes_only_by_leaving_the_archive() {
        let at = Timestamp::UNIX_EPOCH;
        let rename = ProjectChanges { name: Name::parse("X").ok(), ..Default::default() };
        let back = ProjectChanges { status: Some(ProjectStatus::Active), ..rename.clone() };
        let archived = project(ProjectStatus::Active).archive(at).unwrap();
        assert!(archived.clone().change(rename, at).is_err());
        assert!(archived.clone().archive(at).is_err());
        assert_eq!(archived.change(back, at).unwrap().name.as_str(), "X");
    }

    proptest! {
        #[test]
        fn no_sequence_of_changes_ends_a_project_before_it_starts(
            days in proptest::collection::vec((0i32..50, 0i32..50, 0u8..3, 0u8..3), 1..8),
        ) {
            let patch = |n: i32, kind: u8| match kind {
                0 => Patch::Keep,
                1 => Patch::Clear,
                _ => Patch::Set(day(n)),
            };
            let mut current = project(ProjectStatus::Planned);
            for (start, end, s, e) in days {
                let changes = ProjectChanges {
                    starts_on: patch(start, s),
                    ends_on: patch(end, e),
                    ..Default::default()
                };
                let before = current.revision.version;
                if let Ok(next) = current.clone().change(changes, Timestamp::UNIX_EPOCH) {
                    prop_assert_eq!(next.revision.previous(), before);
                    current = next;
                }
                let schedule = current.schedule;
                if let (Some(start), Some(end)) = (schedule.starts_on(), schedule.ends_on()) {
                    prop_assert!(start <= end);
                }
            }
        }
    }
}
