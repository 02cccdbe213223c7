/// What a notification tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotificationKind {
    /// A comment mentions the user.
    Mention,
    /// A member comments on a record that the user has commented on before.
    Reply,
}

impl NotificationKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Mention, Self::Reply];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Reply => "reply",
        }
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_kind() {
        for kind in NotificationKind::ALL {
            assert_eq!(NotificationKind::from_name(kind.name()), Some(kind));
        }
    }
}
