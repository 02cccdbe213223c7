//! The kinds of requests that are measured.

use std::time::Duration;

use super::{
    bodies::{DRAFT, PARTY, invoice, payment},
    data::{self, Amounts, Days, NAMES, PARTIES},
};
use crate::{
    budget::{Budget, Cost},
    clients::Requests,
    dataset::Organization,
    kinds::Kind,
    random::Random,
    requests::{get, send},
};

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    List,
    ListOfParty,
    ListOpen,
    Search,
    OpenToday,
    OpenThen,
    Create,
    Issue,
    Pay,
}

impl Work {
    /// All kinds; those that change data come after those that only read.
    pub const ALL: [Self; 9] = [
        Self::List,
        Self::ListOfParty,
        Self::ListOpen,
        Self::Search,
        Self::OpenToday,
        Self::OpenThen,
        Self::Create,
        Self::Issue,
        Self::Pay,
    ];

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list 50 invoices",
            Self::ListOfParty => "list 50 of a party",
            Self::ListOpen => "list 50 open",
            Self::Search => "list 50 by text",
            Self::OpenToday => "receivables, today",
            Self::OpenThen => "receivables, half a year ago",
            Self::Create => "create invoice, 10 lines",
            Self::Issue => "issue invoice, 10 lines",
            Self::Pay => "record payment",
        }
    }

    /// What is measured.
    pub fn kind(self, connections: u16, amounts: Amounts, days: &Days) -> Kind {
        let connections = match self {
            // An organization runs only a few of them at once.
            Self::Search | Self::OpenToday | Self::OpenThen => 1,
            _ => connections,
        };
        let of = |number: u64| -> Box<dyn Requests> {
            Box::new(Client {
                work: self,
                organization: Organization::numbered(number),
                subjects: 1..=amounts.subjects,
                random: Random::of((self as u64) << 32 | number),
                days: days.clone(),
            })
        };
        Kind {
            name: self.name(),
            script: self.script(),
            clients: (1..=connections.into()).map(of).collect(),
            counted: of(amounts.clients),
        }
    }

    /// The statements of the requests that are one statement.
    fn script(self) -> Option<String> {
        let receivables = include_str!("../../sql/business/receivables.sql");
        match self {
            Self::List => Some(include_str!("../../sql/business/list.sql").to_owned()),
            Self::OpenToday => Some(receivables.replace("{day}", "current_date")),
            Self::OpenThen => Some(receivables.replace("{day}", "(current_date - 182)")),
            _ => None,
        }
    }

    /// The budgets.
    pub fn budgets(self, cost: &Cost) -> Vec<Budget> {
        match self {
            Self::List => vec![Budget::server(cost, 260.0)],
            Self::OpenToday | Self::OpenThen => {
                vec![Budget::p99(cost, Duration::from_millis(300))]
            }
            Self::Create => vec![Budget::server(cost, 200.0), Budget::trips(cost, 6.0)],
            _ => Vec::new(),
        }
    }
}

/// The requests of one client, who uses up the documents of an organization of its own.
#[derive(Debug)]
struct Client {
    work: Work,
    organization: Organization,
    /// The numbers of its documents.
    subjects: std::ops::RangeInclusive<u64>,
    random: Random,
    days: Days,
}

impl Requests for Client {
    fn next(&mut self, into: &mut Vec<u8>) -> bool {
        let own = self.organization;
        let mut read = |query: &str| get(into, &format!("/api/v1{query}"), Some(data::large()));
        // Writing to a vector cannot fail.
        let _ = match self.work {
            Work::List => read("/invoices?limit=50"),
            Work::ListOfParty => {
                let party = data::large().record(PARTY, self.random.up_to(PARTIES));
                read(&format!("/invoices?limit=50&party_id={party}"))
            }
            Work::ListOpen => read("/invoices?limit=50&status=issued,partially_paid"),
            Work::Search => {
                let party = self.random.up_to(PARTIES);
                let name = usize::try_from(party).map_or("", |party| NAMES[party % NAMES.len()]);
                read(&format!("/invoices?limit=50&q={name}%20{party}"))
            }
            Work::OpenToday => read("/reports/receivables"),
            Work::OpenThen => {
                read(&format!("/reports/receivables?as_of={}", self.days.half_a_year_ago))
            }
            Work::Create => send(into, ("POST", "/invoices"), own, "", &invoice(own, 10)),
            Work::Issue => {
                let Some(number) = self.subjects.next() else { return false };
                let path = format!("/invoices/{}/issue", own.record(DRAFT, number));
                send(into, ("POST", &path), own, "", "{}")
            }
            Work::Pay => {
                let Some(number) = self.subjects.next() else { return false };
                send(into, ("POST", "/payments"), own, "", &payment(own, number, &self.days.today))
            }
        };
        true
    }
}
