//! Records that are found by their names.

use plinth_domain::{Contract, Document, Invoice, Model, Party, Project, ProjectId, Prompt, Text};
use plinth_ports::{
    Direction, DocumentFilter, InvoiceFilter, ModelFilter, PageRequest, ProjectFilter,
    PromptFilter, Search, Sort, SortKey, UpdatableInUnit,
    records::{contracts::ContractFilter, parties::PartyFilter},
};
use uuid::Uuid;

use super::kind::SearchKind;
use crate::{Error, View};

/// How many records of a kind are found at most.
const FOUND: u16 = 50;

/// A record with a name.
pub(super) trait Named: UpdatableInUnit {
    const KIND: SearchKind;
    /// Selects what contains or resembles what is looked for, in this project.
    fn filter(search: &Search, project: Option<ProjectId>) -> Self::Filter;
    /// What a result is called.
    fn title(&self) -> String;
}

/// A record that was found.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) kind: SearchKind,
    pub(super) id: Uuid,
    pub(super) title: String,
    /// All of its texts in which names are looked for.
    pub(super) text: String,
    /// How well its texts match.
    pub(super) quality: Quality,
}

/// How what is looked for is found in a name, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quality {
    Equal,
    Begins,
    BeginsWord,
    Contains,
    /// A similar word, or words of the text of a document.
    Other,
}

impl Quality {
    fn of(search: &Search, title: &str, text: &str) -> Self {
        let asked = search.text();
        if asked.is_empty() {
            return Self::Other;
        }
        let title = plinth_domain::search::fold(title);
        let begins_word = |(at, _): (usize, &str)| !text[..at].ends_with(char::is_alphanumeric);
        if title == asked {
            Self::Equal
        } else if title.starts_with(asked) {
            Self::Begins
        } else if text.match_indices(asked).any(begins_word) {
            Self::BeginsWord
        } else if text.contains(asked) {
            Self::Contains
        } else {
            Self::Other
        }
    }
}

/// The newest records of a kind with what is looked for.
pub(super) async fn named<R: Named>(
    view: &mut View<'_>,
    search: &Search,
    project: Option<ProjectId>,
) -> Result<Vec<Candidate>, Error> {
    let Some(by) = R::Sort::ALL.first().copied() else { return Ok(Vec::new()) };
    let sort = Sort { by, direction: Direction::Descending };
    let page = PageRequest::first(FOUND, sort);
    let found = R::reader(view.unit).list(&R::filter(search, project), &page).await?;
    let candidate = |record: &R| {
        let (title, text) = (record.title(), record.searched());
        let quality = Quality::of(search, &title, &record.folded());
        Candidate { kind: R::KIND, id: record.id().uuid(), title, text, quality }
    };
    Ok(found.items.iter().map(candidate).collect())
}

/// Says of each kind of record how it is found.
macro_rules! named {
    ($($record:ident, $filter:ident $({ $project:ident })?, |$r:ident| $title:expr;)*) => { $(
        impl Named for $record {
            const KIND: SearchKind = SearchKind::$record;
            fn filter(search: &Search, _project: Option<ProjectId>) -> $filter {
                $filter {
                    search: Some(search.clone()),
                    $($project: _project,)?
                    ..$filter::default()
                }
            }
            fn title(&self) -> String {
                let $r = self;
                $title
            }
        }
    )* };
}

named! {
    Project, ProjectFilter, |r| r.name.as_str().to_owned();
    Party, PartyFilter, |r| r.name.as_str().to_owned();
    Document, DocumentFilter { project }, |r| r.name.as_str().to_owned();
    Contract, ContractFilter { project }, |r| r.title.as_str().to_owned();
    Invoice, InvoiceFilter { project }, |r| invoice_title(r);
    Prompt, PromptFilter, |r| r.name.as_str().to_owned();
    Model, ModelFilter, |r| r.name.as_str().to_owned();
}

/// The number and the other side: `RE-2026-00007 Nordbau GmbH`.
fn invoice_title(invoice: &Invoice) -> String {
    let number = invoice.number.as_ref().map(Text::as_str);
    let theirs = invoice.content.supplier_number.as_ref().map(Text::as_str);
    let parts = [theirs.or(number), invoice.counterparty()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_is_better_than_a_part_of_one() {
        let search = Search::new("Bridge", true);
        let quality = |name: &str| Quality::of(&search, name, &plinth_domain::search::fold(name));
        for (name, expected) in [
            ("BRIDGE", Quality::Equal),
            ("Bridge north", Quality::Begins),
            ("North bridge", Quality::BeginsWord),
            ("Footbridge", Quality::Contains),
            ("Brigde", Quality::Other),
        ] {
            assert_eq!(quality(name), expected, "{name}");
        }
    }
}
