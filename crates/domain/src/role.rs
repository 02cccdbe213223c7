/// A built-in role of members, the most powerful first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Has every permission, and is the only role that may assign the role `owner`.
    Owner,
    /// Has every permission, but does not change owners.
    Admin,
    /// Reads business records and the audit log, and writes billing records: parties, contracts,
    /// invoices and payments.
    Accountant,
    /// Writes business records except billing records.
    Member,
    /// Reads business records.
    Viewer,
}

impl Role {
    /// Every built-in role, the most powerful first.
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::Admin, Self::Accountant, Self::Member, Self::Viewer];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Accountant => "accountant",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// Finds a role by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_lacks_nothing_an_accountant_member_or_viewer_has() {
        for role in Role::ALL {
            assert!(Role::Owner.permissions().includes(role.permissions()));
            if role != Role::Owner {
                assert!(Role::Admin.permissions().includes(role.permissions()));
            }
            assert!(role.permissions().includes(Role::Viewer.permissions()));
        }
    }
}
