//! Reading a list from its first page to its last.

use plinth_ports::{Direction, Page, PageRequest, Sort, SortKey};

/// Both sort directions.
pub(crate) const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

/// The first page of a list.
pub(crate) fn first<K>(by: K, direction: Direction, limit: u16) -> PageRequest<K> {
    PageRequest::first(limit, Sort { by, direction })
}

/// All items in one page, in the order of their creation.
pub(crate) fn all<K: SortKey>() -> PageRequest<K> {
    first(K::ALL[0], Direction::Ascending, 200)
}

/// Reads every page from `request` on.
pub(crate) async fn walk<K: SortKey>(
    mut request: PageRequest<K>,
    fetch: impl AsyncFn(&PageRequest<K>) -> Page<K::Item>,
) -> Vec<K::Item> {
    let mut items = Vec::new();
    loop {
        let page = fetch(&request).await;
        assert!(page.items.len() <= usize::from(request.limit), "a page is longer than asked for");
        items.extend(page.items);
        match page.next {
            None => return items,
            next => request.after = next,
        }
        assert!(items.len() <= 10_000, "the list never ends");
    }
}

/// Asserts that in every order and direction, page by page, a list shows the same items as in one
/// page, sorted by value and then by identity.
pub(crate) async fn assert_pages<K: SortKey>(
    limit: u16,
    expected: usize,
    fetch: impl AsyncFn(&PageRequest<K>) -> Page<K::Item>,
) {
    for by in K::ALL {
        for direction in DIRECTIONS {
            let items = walk(first(*by, direction, limit), &fetch).await;
            assert_eq!(items.len(), expected, "by {} {direction:?}", by.name());
            let places: Vec<_> =
                items.iter().map(|item| (by.value(item), K::identity(item))).collect();
            let ordered = places.windows(2).all(|two| match direction {
                Direction::Ascending => two[0] < two[1],
                Direction::Descending => two[0] > two[1],
            });
            assert!(ordered, "by {} {direction:?}: {places:?}", by.name());
        }
    }
}
