//! The kinds of requests that are measured.

use crate::{
    clients::Requests,
    dataset::{Organization, PROJECTS},
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

    /// The statements that its requests send; see [`crate::pgbench`]. `None` if they send none, or
    /// nearly the same as another kind.
    pub const fn script(self) -> Option<&'static str> {
        match self {
            Self::Healthz => Some(include_str!("../sql/ping.sql")),
            Self::ReadOne => Some(include_str!("../sql/read_one.sql")),
            Self::List => Some(include_str!("../sql/list.sql")),
            Self::ListDeep => Some(include_str!("../sql/list_deep.sql")),
            Self::Create => Some(include_str!("../sql/create.sql")),
            Self::Health | Self::CreateOnce => None,
        }
    }

    /// The requests of client `number`, which differ from those of every other one.
    pub fn requests(self, number: u64, subjects: Subjects) -> Box<dyn Requests> {
        // Different kinds of work must not create the same records.
        let random = Random::of((self as u64) << 32 | number);
        Box::new(Endless { work: self, random, subjects })
    }
}

/// Random requests of one kind.
#[derive(Debug)]
struct Endless {
    work: Work,
    random: Random,
    subjects: Subjects,
}

impl Requests for Endless {
    fn next(&mut self, into: &mut Vec<u8>) -> bool {
        let Self { work, random, subjects } = self;
        let organization = Organization::any(random, subjects.organizations);
        let deep = &subjects.deep;
        // Writing to a vector cannot fail.
        let _ = match work {
            Work::Health => get(into, "/health", None),
            Work::Healthz => get(into, "/healthz", None),
            Work::ReadOne => {
                let path = format!("/api/v1/projects/{}", organization.project(random, PROJECTS));
                get(into, &path, Some(organization))
            }
            Work::List => get(into, "/api/v1/projects?limit=50", Some(organization)),
            Work::ListDeep => {
                let index = usize::try_from(random.next()).unwrap_or_default() % deep.len().max(1);
                let Some(DeepPage { organization, cursor }) = deep.get(index) else {
                    return false;
                };
                let path = format!("/api/v1/projects?limit=50&cursor={cursor}");
                get(into, &path, Some(*organization))
            }
            Work::Create => create(into, organization, random, ""),
            Work::CreateOnce => {
                let key = format!("Idempotency-Key: {:016x}\r\n", random.next());
                create(into, organization, random, &key)
            }
        };
        true
    }
}
