use crate::{Id, Invalid, OrganizationId, Revision};

crate::codes! {
    FLAG_KEY_MALFORMED = "flag_key.malformed", "A value cannot be the key of a feature flag.";
}

/// The key of a feature flag: `[a-z][a-z0-9_.-]{0,99}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlagKey(String);

impl FlagKey {
    /// Parses a key.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.-".contains(&b);
        let fits = text.len() <= 100
            && text.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
            && text.bytes().all(rest);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FLAG_KEY_MALFORMED, "a-z first, then a-z, 0-9, _, . and -"))
        }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The identity of an organization's override of a feature flag.
pub type FlagOverrideId = Id<FlagOverride>;

/// The override of a flag by one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagOverride {
    /// The identity.
    pub id: FlagOverrideId,
    /// Whether the flag is on, regardless of the rollout.
    pub enabled: bool,
    /// The revision.
    pub revision: Revision,
}

/// A feature flag of the installation, with the organization's override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureFlag {
    /// The identity.
    pub key: FlagKey,
    /// What the flag turns on.
    pub description: String,
    /// Whether the flag is on for the organizations in the rollout.
    pub enabled: bool,
    /// The share of organizations in the rollout, 0 to 100 percent.
    pub rollout_percent: u8,
    /// The organization's override, if there is one.
    pub over: Option<FlagOverride>,
}

impl FeatureFlag {
    /// Whether the flag is on for `organization`: by its override, else by
    /// `enabled` and the rollout. An organization that is in the rollout at some
    /// percentage is in it at every higher one.
    #[must_use]
    pub fn is_on(&self, organization: OrganizationId) -> bool {
        match self.over {
            Some(over) => over.enabled,
            None => self.enabled && self.bucket(organization) < u32::from(self.rollout_percent),
        }
    }

    /// FNV-1a over flag and organization, 0 to 99: stable, and independent of the buckets of other
    /// flags.
    fn bucket(&self, organization: OrganizationId) -> u32 {
        let id = organization.uuid();
        let bytes = self.key.as_str().bytes().chain(id.as_bytes().iter().copied());
        let hash = bytes.fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
        // The low bits of FNV mix poorly; fold the high half in.
        (hash ^ (hash >> 16)) % 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Id, Timestamp};
    use proptest::prelude::*;

    fn flag(rollout_percent: u8) -> FeatureFlag {
        FeatureFlag {
            key: FlagKey::parse("projects.trigram_search").unwrap(),
            description: String::new(),
            enabled: true,
            rollout_percent,
            over: None,
        }
    }

    proptest! {
        #[test]
        fn a_rollout_only_ever_grows(id in any::<u128>(), low in 0u8..=100, high in 0u8..=100) {
            prop_assume!(low <= high);
            let organization = Id::from_uuid(uuid::Uuid::from_u128(id));
            prop_assert!(!flag(low).is_on(organization) || flag(high).is_on(organization));
            prop_assert!(flag(100).is_on(organization) && !flag(0).is_on(organization));
        }

        #[test]
        fn an_organizations_own_decision_wins(id in any::<u128>(), enabled: bool, percent in 0u8..=100) {
            let over = FlagOverride {
                id: Id::from_uuid(uuid::Uuid::nil()),
                enabled,
                revision: Revision::first(Timestamp::UNIX_EPOCH),
            };
            let flag = FeatureFlag { over: Some(over), ..flag(percent) };
            prop_assert_eq!(flag.is_on(Id::from_uuid(uuid::Uuid::from_u128(id))), enabled);
        }
    }

    #[test]
    fn half_a_rollout_is_about_half_of_the_organizations() {
        let on = (0..1000u128)
            .filter(|n| flag(50).is_on(Id::from_uuid(uuid::Uuid::from_u128(n * 0x9E37_79B9))))
            .count();
        assert!((400..600).contains(&on), "{on}");
    }
}
