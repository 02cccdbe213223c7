use std::collections::{BTreeMap, BTreeSet};

/// How much the first places of a list count more than the others: the usual constant of reciprocal
/// rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009).
const K: f64 = 60.0;

/// One order of all that is in several lists, the best first: an item scores `1 / (60 + place)` for
/// each list, by its first place there from 1. Items of equal score are in the order of the lists.
#[must_use]
pub fn fuse<T: Ord + Clone>(lists: &[Vec<T>]) -> Vec<(T, f64)> {
    let mut fused: Vec<(T, f64)> = Vec::new();
    let mut places: BTreeMap<&T, usize> = BTreeMap::new();
    for list in lists {
        let mut counted = BTreeSet::new();
        let mut place = K;
        for item in list {
            if counted.insert(item) {
                place += 1.0;
                let at = *places.entry(item).or_insert_with(|| {
                    fused.push((item.clone(), 0.0));
                    fused.len() - 1
                });
                fused[at].1 += 1.0 / place;
            }
        }
    }
    // The sort is stable.
    fused.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_two_lists_is_before_what_is_first_in_one() {
        let fused = fuse(&[vec!['a', 'b', 'b', 'c'], vec!['d', 'c']]);
        let order: Vec<char> = fused.iter().map(|(item, _)| *item).collect();
        assert_eq!(order, ['c', 'a', 'd', 'b']);
        assert!((fused[0].1 - (1.0 / 63.0 + 1.0 / 62.0)).abs() < 1e-12);
        assert!((fused[3].1 - 1.0 / 62.0).abs() < 1e-12);
        assert!(fuse::<char>(&[]).is_empty());
        let equal = fuse(&[vec!['z'], vec!['a']]);
        assert_eq!(equal.iter().map(|(item, _)| *item).collect::<Vec<_>>(), ['z', 'a']);
    }
}
