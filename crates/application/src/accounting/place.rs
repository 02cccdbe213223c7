//! The place of an entry in the list, as the position of a page: `2026-11-20/3` and its source.

use chrono::NaiveDate;
use plinth_domain::accounting::Entry;
use plinth_ports::{Position, SortValue};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub on: NaiveDate,
    pub source: Uuid,
    pub part: u16,
}

impl Place {
    pub(super) const fn of(entry: &Entry) -> Self {
        Self { on: entry.on, source: entry.source, part: entry.part }
    }

    pub(super) fn position(self) -> Position {
        let value = SortValue::Text(format!("{}/{}", self.on, self.part));
        Position { value, id: self.source }
    }

    /// The place of a position; `None` for that of another list.
    pub(super) fn parse(position: &Position) -> Option<Self> {
        let SortValue::Text(text) = &position.value else { return None };
        let (on, part) = text.split_once('/')?;
        Some(Self { on: on.parse().ok()?, source: position.id, part: part.parse().ok()? })
    }

    /// The first place after all entries of a source.
    pub(super) fn after_source((on, source): (NaiveDate, Uuid)) -> Option<(NaiveDate, Uuid)> {
        match source.as_u128().checked_add(1) {
            Some(next) => Some((on, Uuid::from_u128(next))),
            None => Some((on.succ_opt()?, Uuid::nil())),
        }
    }
}
