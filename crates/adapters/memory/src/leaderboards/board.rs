use std::collections::HashMap;

use plinth_ports::{Keep, Standing};

/// One board: the score of each member, and the members by rank.
#[derive(Debug, Default)]
pub(super) struct Board {
    scores: HashMap<String, f64>,
    places: Vec<String>,
}

impl Board {
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(super) fn record(&mut self, member: &str, score: f64, keep: Keep) {
        // -0 and 0 are the same score.
        let score = score + 0.0;
        let known = self.scores.get(member);
        if keep == Keep::Best && known.is_some_and(|known| *known >= score) {
            return;
        }
        self.remove(member);
        let place = self.place(member, score).unwrap_or_else(|free| free);
        self.places.insert(place, member.to_owned());
        self.scores.insert(member.to_owned(), score);
    }

    pub(super) fn range(&self, first: u64, count: u16) -> Vec<Standing> {
        let skipped = usize::try_from(first.max(1) - 1).unwrap_or(usize::MAX);
        let places = self.places.iter().enumerate().skip(skipped).take(count.into());
        places.map(|(place, member)| standing(place, member, self.scores[member])).collect()
    }

    pub(super) fn standing(&self, member: &str) -> Option<Standing> {
        let score = *self.scores.get(member)?;
        let place = self.place(member, score).ok()?;
        Some(standing(place, member, score))
    }

    pub(super) fn remove(&mut self, member: &str) {
        let Some(score) = self.scores.get(member) else { return };
        if let Ok(place) = self.place(member, *score) {
            self.places.remove(place);
        }
        self.scores.remove(member);
    }

    /// The index of a member with this score, or where to insert it.
    fn place(&self, member: &str, score: f64) -> Result<usize, usize> {
        self.places.binary_search_by(|other| {
            score.total_cmp(&self.scores[other]).then_with(|| other.as_str().cmp(member))
        })
    }
}

fn standing(place: usize, member: &str, score: f64) -> Standing {
    let rank = u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1);
    Standing { member: member.to_owned(), score, rank }
}
