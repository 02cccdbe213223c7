use crate::{DomainName, Id, OrganizationId, Revision, Text, Timestamp};

/// The identity of an organization's domain.
pub type OrganizationDomainId = Id<OrganizationDomain>;

/// What the record of a domain has to say, for its organization to prove the domain.
pub type DomainChallenge = Text<100>;

/// A domain of mail addresses that an organization claims, or has proven. At most one organization of
/// an installation has proven a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationDomain {
    /// The identity.
    pub id: OrganizationDomainId,
    /// The organization.
    pub organization: OrganizationId,
    /// The domain, unique within the organization.
    pub domain: DomainName,
    /// What the record has to say.
    pub challenge: DomainChallenge,
    /// When the record was found; `None` for a domain that is only claimed.
    pub verified_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl OrganizationDomain {
    /// The most domains of an organization.
    pub const MOST: usize = 20;

    /// A domain that is claimed, and not proven yet.
    #[must_use]
    pub const fn claim(
        id: OrganizationDomainId,
        organization: OrganizationId,
        domain: DomainName,
        challenge: DomainChallenge,
        at: Timestamp,
    ) -> Self {
        let revision = Revision::first(at);
        Self { id, organization, domain, challenge, verified_at: None, revision }
    }

    /// The name of the TXT record: `_plinth-challenge.example.com`.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("_plinth-challenge.{}", self.domain.as_str())
    }

    /// Whether a record proves the domain.
    #[must_use]
    pub fn is_proven_by(&self, record: &str) -> bool {
        record.trim() == self.challenge.as_str()
    }

    /// The domain after its record was found.
    #[must_use]
    pub fn verify(self, at: Timestamp) -> Self {
        Self { verified_at: Some(at), revision: self.revision.next(at), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_proven_by_exactly_its_own_record() {
        let id = uuid::Uuid::nil();
        let domain = DomainName::parse("example.com").unwrap();
        let challenge = DomainChallenge::parse("plinth-domain=abc").unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let claimed =
            OrganizationDomain::claim(Id::from_uuid(id), Id::from_uuid(id), domain, challenge, at);
        assert_eq!(claimed.record_name(), "_plinth-challenge.example.com");
        assert!(claimed.is_proven_by(" plinth-domain=abc\n"));
        for other in ["", "plinth-domain=", "plinth-domain=abcd", "PLINTH-DOMAIN=ABC", "abc"] {
            assert!(!claimed.is_proven_by(other), "{other:?}");
        }
        assert_eq!(claimed.verified_at, None);
        let verified = claimed.clone().verify(at);
        assert_eq!(verified.verified_at, Some(at));
        assert_eq!(verified.revision, claimed.revision.next(at));
    }
}
