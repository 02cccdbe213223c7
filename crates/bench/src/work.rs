//! The kinds of requests that are measured.

use crate::{
    dataset::Organization,
    random::Random,
    requests::{create, get},
    subjects::{DeepPage, Subjects},
};

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    ReadOne,
    List,
    ListDeep,
    Create,
    CreateOnce,
    Health,
    Healthz,
}

impl Work {
    /// All kinds; those that change data come after those that only read.
    pub const ALL: [Self; 7] = [
        Self::Health,
        Self::Healthz,
        Self::ReadOne,
        Self::List,
        Self::ListDeep,
        Self::Create,
        Self::CreateOnce,
    ];

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadOne => "read one",
            Self::List => "list 50",
            Self::ListDeep => "list 50, deep page",
            Self::Create => "create + audit",
            Self::CreateOnce => "create, idempotent",
            Self::Health => "/health",
            Self::Healthz => "/healthz",
        }
    }

    /// Writes a request of this kind.
    pub fn request(self, random: &mut Random, subjects: &Subjects, into: &mut Vec<u8>) {
        into.clear();
        let organization = Organization::any(random, subjects.organizations);
        let deep = &subjects.deep;
        // Writing to a vector cannot fail.
        let _ = match self {
            Self::Health => get(into, "/health", None),
            Self::Healthz => get(into, "/healthz", None),
            Self::ReadOne => {
                let path = format!("/api/v1/projects/{}", organization.project(random));
                get(into, &path, Some(organization))
            }
            Self::List => get(into, "/api/v1/projects?limit=50", Some(organization)),
            Self::ListDeep => {
                let index = usize::try_from(random.next()).unwrap_or_default() % deep.len().max(1);
                let Some(DeepPage { organization, cursor }) = deep.get(index) else { return };
                let path = format!("/api/v1/projects?limit=50&cursor={cursor}");
                get(into, &path, Some(*organization))
            }
            Self::Create => create(into, organization, random, ""),
            Self::CreateOnce => {
                let key = format!("Idempotency-Key: {:016x}\r\n", random.next());
                create(into, organization, random, &key)
            }
        };
    }
}
