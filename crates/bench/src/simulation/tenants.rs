//! Organizations of different sizes.

use crate::{
    dataset::{ORGANIZATIONS, Organization},
    random::Random,
};

/// The organizations: the n-th has 1/n of the projects of the first, and of its requests.
#[derive(Debug)]
pub struct Tenants {
    /// The projects of the first.
    pub largest: u64,
    /// For each, the projects up to its last one.
    ends: Vec<u64>,
}

impl Tenants {
    /// With this number of projects of the first.
    pub fn new(largest: u64) -> Self {
        let ends = (1..=ORGANIZATIONS).scan(0, |end, number| {
            *end += largest / number;
            Some(*end)
        });
        Self { largest, ends: ends.collect() }
    }

    /// The projects of the last.
    pub const fn smallest(&self) -> u64 {
        self.largest / ORGANIZATIONS
    }

    /// The projects of all.
    pub fn projects(&self) -> u64 {
        self.ends.last().copied().unwrap_or_default()
    }

    /// A random organization, a large one more often, and the number of its projects.
    pub fn any(&self, random: &mut Random) -> (Organization, u64) {
        let project = random.up_to(self.projects());
        let index = self.ends.partition_point(|end| *end < project);
        let number = index as u64 + 1;
        (Organization::numbered(number), self.largest / number)
    }
}

#[cfg(test)]
mod tests {
    use super::Tenants;
    use crate::{
        dataset::{ORGANIZATIONS, Organization},
        random::Random,
    };

    #[test]
    fn requests_come_in_proportion_to_the_projects() {
        let tenants = Tenants::new(10_000);
        let (mut random, mut first, mut last) = (Random::of(1), 0, 0);
        for _ in 0..100_000 {
            let (organization, projects) = tenants.any(&mut random);
            first += u32::from(organization == Organization::numbered(1) && projects == 10_000);
            last += u32::from(organization == Organization::numbered(ORGANIZATIONS));
        }
        // 1 of 7.5, and 1 of 7,500.
        assert!((12_500..15_000).contains(&first), "{first}");
        assert!((1..40).contains(&last), "{last}");
    }
}
