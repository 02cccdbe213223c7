//! Teams: named groups of members.

use crate::{Id, Lines, Name, OrganizationId, Patch, Revision, Timestamp, UserId};

/// The values of a new team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamDraft {
    /// The name.
    pub name: Name,
    /// What it is for.
    pub description: Option<Lines<1000>>,
}

/// A change of a team; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamChanges {
    /// The new name.
    pub name: Option<Name>,
    /// The change of what it is for.
    pub description: Patch<Lines<1000>>,
}

/// The identity of a team.
pub type TeamId = Id<Team>;

/// A group of members, who have the roles on projects that the team has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The identity.
    pub id: TeamId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The name, unique within the organization.
    pub name: Name,
    /// What it is for.
    pub description: Option<Lines<1000>>,
    /// The revision. It does not change with the members.
    pub revision: Revision,
}

impl Team {
    /// The most members of a team.
    pub const MOST_MEMBERS: u64 = 1_000;
    /// The most teams that a user is a member of, in one organization.
    pub const MOST_OF_MEMBER: usize = 20;

    /// A new team, without members.
    #[must_use]
    pub fn create(
        id: TeamId,
        organization: OrganizationId,
        draft: TeamDraft,
        at: Timestamp,
    ) -> Self {
        let TeamDraft { name, description } = draft;
        Self { id, organization, name, description, revision: Revision::first(at) }
    }

    /// The team after a change.
    #[must_use]
    pub fn change(mut self, changes: TeamChanges, at: Timestamp) -> Self {
        self.name = changes.name.unwrap_or(self.name);
        changes.description.apply(&mut self.description);
        Self { revision: self.revision.next(at), ..self }
    }
}

/// A member of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamMember {
    /// The team.
    pub team: TeamId,
    /// The member of the organization.
    pub user: UserId,
    /// Since when.
    pub added_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_replaces_what_it_names() {
        let id = uuid::Uuid::nil();
        let draft = TeamDraft {
            name: Name::parse("Site north").unwrap(),
            description: Some(Lines::parse("Of the harbour").unwrap()),
        };
        let at = Timestamp::UNIX_EPOCH;
        let team = Team::create(Id::from_uuid(id), Id::from_uuid(id), draft, at);
        let kept = team.clone().change(TeamChanges::default(), at);
        assert_eq!(kept.revision, team.revision.next(at));
        assert_eq!(Team { revision: team.revision, ..kept }, team);
        let changes = TeamChanges {
            name: Some(Name::parse("Site south").unwrap()),
            description: Patch::Clear,
        };
        let changed = team.change(changes, at);
        assert_eq!((changed.name.as_str(), changed.description), ("Site south", None));
    }
}
