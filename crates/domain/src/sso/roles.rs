//! Which role a new member gets by what a provider of identities says.

use super::{SSO_CLAIM_MALFORMED, SSO_ROLE_OWNER};
use crate::{Invalid, Role, RoleRef, Text, codes};

/// A role that a provider of identities may give: any but that of owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SsoRole(RoleRef);

impl SsoRole {
    /// Checks a role.
    pub fn new(role: RoleRef) -> Result<Self, Invalid> {
        if role == RoleRef::BuiltIn(Role::Owner) {
            return Err(Invalid::new(SSO_ROLE_OWNER, "a provider of identities makes no owners"));
        }
        Ok(Self(role))
    }

    /// The role.
    #[must_use]
    pub const fn reference(self) -> RoleRef {
        self.0
    }
}

/// A value of the claim, and the role that it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRule {
    /// The value: the name of a group, for example.
    pub value: Text<200>,
    /// The role.
    pub role: SsoRole,
}

/// Rules by the values of one claim. The first one that holds decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleMapping {
    claim: String,
    rules: Vec<RoleRule>,
}

impl RoleMapping {
    /// The most rules.
    pub const MAX_RULES: usize = 50;

    /// Checks a claim and its rules, of which each has a value of its own.
    pub fn new(claim: &str, rules: Vec<RoleRule>) -> Result<Self, Invalid> {
        let fits = (1..=100).contains(&claim.len()) && claim.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            return Err(Invalid::new(SSO_CLAIM_MALFORMED, "1 to 100 visible ASCII characters"));
        }
        if rules.is_empty() {
            return Err(Invalid::new(codes::LIST_EMPTY, "at least one rule"));
        }
        if rules.len() > Self::MAX_RULES {
            let detail = format!("at most {} rules", Self::MAX_RULES);
            return Err(Invalid::new(codes::LIST_TOO_LONG, detail));
        }
        let is_repeated = |(place, rule): (usize, &RoleRule)| {
            rules[..place].iter().any(|other| other.value == rule.value)
        };
        if rules.iter().enumerate().any(is_repeated) {
            return Err(Invalid::new(codes::VALUE_REPEATED, "each value has one rule"));
        }
        Ok(Self { claim: claim.to_owned(), rules })
    }

    /// The claim of ID tokens whose values decide.
    #[must_use]
    pub fn claim(&self) -> &str {
        &self.claim
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[RoleRule] {
        &self.rules
    }

    /// The role for these values of the claim; `None` where no rule holds.
    #[must_use]
    pub fn role(&self, values: &[String]) -> Option<SsoRole> {
        let holds = |rule: &&RoleRule| values.iter().any(|value| value == rule.value.as_str());
        self.rules.iter().find(holds).map(|rule| rule.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(value: &str, role: Role) -> RoleRule {
        let role = SsoRole::new(role.into()).unwrap();
        RoleRule { value: Text::parse(value).unwrap(), role }
    }

    #[test]
    fn no_provider_makes_an_owner() {
        for role in Role::ALL {
            assert_eq!(SsoRole::new(role.into()).is_err(), role == Role::Owner, "{role:?}");
        }
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let rules = vec![rule("admins", Role::Admin), rule("staff", Role::Member)];
        let mapping = RoleMapping::new("groups", rules).unwrap();
        let role = |values: &[&str]| {
            let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
            mapping.role(&values).map(SsoRole::reference)
        };
        assert_eq!(role(&["staff", "admins"]), Some(Role::Admin.into()));
        assert_eq!(role(&["other", "staff"]), Some(Role::Member.into()));
        for none in [&[][..], &["Staff"], &["staff "], &["admin"]] {
            assert_eq!(role(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_mapping_has_a_claim_and_rules_that_differ() {
        let one = || vec![rule("staff", Role::Member)];
        for claim in ["", "a b", "ä", &"a".repeat(101)] {
            let refused = RoleMapping::new(claim, one()).unwrap_err();
            assert_eq!(refused.code, SSO_CLAIM_MALFORMED, "{claim}");
        }
        assert_eq!(RoleMapping::new("groups", Vec::new()).unwrap_err().code, codes::LIST_EMPTY);
        let twice = [one(), one()].concat();
        assert_eq!(RoleMapping::new("groups", twice).unwrap_err().code, codes::VALUE_REPEATED);
        let many = (0..=50).map(|n| rule(&format!("group {n}"), Role::Viewer)).collect::<Vec<_>>();
        assert!(RoleMapping::new("groups", many[..50].to_vec()).is_ok());
        assert_eq!(RoleMapping::new("groups", many).unwrap_err().code, codes::LIST_TOO_LONG);
    }
}
