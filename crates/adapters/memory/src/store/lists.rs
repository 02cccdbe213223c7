use std::cmp::Ordering;

use plinth_ports::{Direction, Page, PageRequest, Position, SortKey};

/// The requested page of `items`, which may be in any order.
pub(super) fn page<K: SortKey>(
    items: impl Iterator<Item = K::Item>,
    request: &PageRequest<K>,
) -> Page<K::Item> {
    let order = |a: &Position, b: &Position| {
        let ascending = a.value.cmp(&b.value).then(a.id.cmp(&b.id));
        match request.sort.direction {
            Direction::Ascending => ascending,
            Direction::Descending => ascending.reverse(),
        }
    };
    let mut placed: Vec<(Position, K::Item)> = items
        .map(|item| {
            (Position { value: request.sort.by.value(&item), id: K::identity(&item) }, item)
        })
        .filter(|(place, _)| {
            request.after.as_ref().is_none_or(|after| order(place, after) == Ordering::Greater)
        })
        .collect();
    placed.sort_by(|(a, _), (b, _)| order(a, b));
    request.page(placed.into_iter().take(request.fetch()).map(|(_, item)| item).collect())
}
