use crate::{FlagOverrideId, Invalid, OrganizationId, Revision};

crate::codes! {
    FLAG_KEY_MALFORMED = "flag_key.malformed", "A value cannot be the key of a feature flag.";
}

/// A flag's name: `[a-z][a-z0-9_.-]{0,99}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlagKey(String);

impl FlagKey {
    /// Parses a flag's name.
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

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one organization decided for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagOverride {
    /// Names it.
    pub id: FlagOverrideId,
    /// On or off, whatever the rollout says.
    pub enabled: bool,
    /// When and how often it was written.
    pub revision: Revision,
}

/// A switch in the product, with the organization's own setting beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureFlag {
    /// Names it.
    pub key: FlagKey,
    /// What it switches.
    pub description: String,
    /// The master switch.
    pub enabled: bool,
    /// The share of organizations that it is on for, 0 to 100 percent.
    pub rollout_percent: u8,
    /// What this organization decided.
    pub over: Option<FlagOverride>,
}

impl FeatureFlag {
    /// Whether the flag is on for `organization`: its own decision, else the
    /// master switch and its place in the rollout. An organization that is in
    /// at some percentage stays in at every higher one.
    #[must_use]
    pub fn is_on(&self, organization: OrganizationId) -> bool {
        match self.over {
            Some(over) => over.enabled,
            None => self.enabled && self.bucket(organization) < u32::from(self.rollout_percent),
        }
    }

    /// FNV-1a over flag and organization, 0 to 99: stable for ever, and
    /// different flags pick different organizations first.
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
