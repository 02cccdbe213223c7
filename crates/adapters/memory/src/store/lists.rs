use std::{cmp::Ordering, fmt::Debug};

use plinth_ports::{
    Batch, Direction, Limit, PAGE_BYTES, Page, PageRequest, Position, SortKey, Total,
};

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
    let mut count = 0;
    let mut placed: Vec<(Position, K::Item)> = items
        .inspect(|_| count += 1)
        .map(|item| {
            (Position { value: request.sort.by.value(&item), id: K::identity(&item) }, item)
        })
        .filter(|(place, _)| {
            request.after.as_ref().is_none_or(|after| order(place, after) == Ordering::Greater)
        })
        .collect();
    placed.sort_by(|(a, _), (b, _)| order(a, b));
    let items = placed.into_iter().take(request.fetch()).map(|(_, item)| item);
    let limit = Limit { items: u32::MAX, bytes: PAGE_BYTES };
    let page = request.page(Batch::take(items, limit, size));
    Page { total: request.counted.then(|| Total::of(count)), ..page }
}

/// Roughly the size of an item as PostgreSQL stores it.
pub(super) fn size(item: &impl Debug) -> usize {
    format!("{item:?}").len()
}
