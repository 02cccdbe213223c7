/// The most that one read returns. At least one item is returned where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The number of items.
    pub items: u32,
    /// Their size in bytes, as they are stored.
    pub bytes: usize,
}

/// A part of an ordered sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Whether the read ended at a limit: more items may follow.
    pub has_more: bool,
}

impl<T> Batch<T> {
    /// Takes items up to the limit; `bytes` is the size of one.
    pub fn take(
        items: impl IntoIterator<Item = T>,
        limit: Limit,
        bytes: impl Fn(&T) -> usize,
    ) -> Self {
        let mut budget = Budget::new(limit.bytes);
        let mut taken = Vec::new();
        for item in items {
            if taken.len() == limit.items as usize || !budget.takes(bytes(&item)) {
                return Self { items: taken, has_more: true };
            }
            taken.push(item);
        }
        Self { items: taken, has_more: false }
    }
}

/// Counts the bytes of the items of one read.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    left: usize,
    is_empty: bool,
}

impl Budget {
    /// A budget of this many bytes.
    #[must_use]
    pub const fn new(bytes: usize) -> Self {
        Self { left: bytes, is_empty: true }
    }

    /// Whether an item of this size still fits; the first always does.
    pub const fn takes(&mut self, bytes: usize) -> bool {
        let fits = self.is_empty || bytes <= self.left;
        self.is_empty = false;
        self.left = self.left.saturating_sub(bytes);
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_ends_at_the_first_limit_and_holds_one_item_at_least() {
        let take = |items, bytes| Batch::take([3, 3, 3, 9], Limit { items, bytes }, |size| *size);
        let batch = |items: &[usize], has_more| Batch { items: items.to_vec(), has_more };
        assert_eq!(take(4, 100), batch(&[3, 3, 3, 9], false));
        assert_eq!(take(2, 100), batch(&[3, 3], true));
        assert_eq!(take(4, 9), batch(&[3, 3, 3], true));
        assert_eq!(take(4, 8), batch(&[3, 3], true));
        assert_eq!(take(4, 1), batch(&[3], true));
    }
}
