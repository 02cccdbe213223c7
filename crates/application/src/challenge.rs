use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use plinth_domain::{Id, OrganizationId, SsoConnection, SsoConnectionId, Timestamp, UserId};
use plinth_ports::Login;
use uuid::Uuid;

use crate::SigningKey;

/// How long a challenge works.
const VALID: TimeDelta = TimeDelta::minutes(5);

const PREFIX: &str = "plc_";
const USAGE: &str = "login: second factor";

/// A user's id, an organization's, and a time; then the id of a connection, if it is of one, and a
/// signature.
const FIXED: usize = 16 + 16 + 8;
const CONNECTION: usize = 16;
const SIGNATURE: usize = 32;

/// What proves that its holder has given the right password of an account, or is confirmed by the
/// connection of the organization: for the second factor, and for nothing else. It is signed and not
/// stored. The versions of the password and of the connection are signed with it, so it ends with
/// either. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Challenge {
    /// For a login to an organization.
    pub(crate) fn new(
        key: &SigningKey,
        login: &Login,
        organization: OrganizationId,
        connection: Option<&SsoConnection>,
        now: Timestamp,
    ) -> Self {
        let expires_at = now + VALID;
        let (user, expires) = (login.user.id, expires_at.timestamp());
        let mut bytes = signed(user, organization, expires, connection.map(|one| one.id));
        bytes.extend(key.sign(USAGE, &input(&bytes, login, connection)));
        let mut token = PREFIX.to_owned();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut token);
        Self { token, expires_at }
    }

    /// The text for the client.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge([redacted])")
    }
}

/// A challenge that was given back. It proves nothing before its signature is verified.
pub(crate) struct GivenChallenge {
    pub(crate) user: UserId,
    pub(crate) organization: OrganizationId,
    /// The connection that has confirmed the user; `None` for a password.
    pub(crate) connection: Option<SsoConnectionId>,
    expires: i64,
    signature: [u8; 32],
}

impl GivenChallenge {
    /// `None` for a text that is no challenge.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
        let (fixed, rest) = bytes.split_at_checked(FIXED)?;
        let connection = match rest.len() {
            SIGNATURE => None,
            length if length == CONNECTION + SIGNATURE => {
                Some(Id::from_uuid(Uuid::from_slice(&rest[..CONNECTION]).ok()?))
            }
            _ => return None,
        };
        Some(Self {
            user: Id::from_uuid(Uuid::from_slice(&fixed[..16]).ok()?),
            organization: Id::from_uuid(Uuid::from_slice(&fixed[16..32]).ok()?),
            connection,
            expires: i64::from_be_bytes(fixed[32..].try_into().ok()?),
            signature: rest[rest.len() - SIGNATURE..].try_into().ok()?,
        })
    }

    /// Whether it is of this password, of the connection as it is now, and its time has not passed.
    pub(crate) fn holds(
        &self,
        key: &SigningKey,
        login: &Login,
        connection: Option<&SsoConnection>,
        now: Timestamp,
    ) -> bool {
        let bytes = signed(self.user, self.organization, self.expires, self.connection);
        connection.map(|one| one.id) == self.connection
            && key.verifies(USAGE, &input(&bytes, login, connection), &self.signature)
            && now.timestamp() < self.expires
    }
}

fn signed(
    user: UserId,
    organization: OrganizationId,
    expires: i64,
    connection: Option<SsoConnectionId>,
) -> Vec<u8> {
    let (user, organization) = (user.uuid(), organization.uuid());
    let mut bytes =
        [&user.as_bytes()[..], organization.as_bytes(), &expires.to_be_bytes()].concat();
    if let Some(connection) = connection {
        bytes.extend(connection.uuid().as_bytes());
    }
    bytes
}

fn input(signed: &[u8], login: &Login, connection: Option<&SsoConnection>) -> Vec<u8> {
    let mut input = [signed, &login.password_version.to_be_bytes()].concat();
    if let Some(connection) = connection {
        input.extend(connection.revision.version.number().to_be_bytes());
    }
    input
}

#[cfg(test)]
mod tests {
    use plinth_domain::{Email, Name, Role, SsoClientId, SsoIssuer, SsoRole, SsoValues, User};
    use plinth_ports::PasswordHash;

    use super::*;

    const KEY: SigningKey = SigningKey::new([7; 32]);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    fn ada() -> Login {
        let (email, name) = (Email::parse("ada@example.com").unwrap(), Name::parse("Ada").unwrap());
        let user = User::new(Id::from_uuid(Uuid::from_u128(1)), email, name, at(0));
        Login::new(user, Some(PasswordHash(String::new())))
    }

    #[test]
    fn a_challenge_works_for_five_minutes_and_until_the_password_changes() {
        let challenge = challenge(None);
        let given = GivenChallenge::parse(challenge.expose()).unwrap();
        assert_eq!((given.user, given.organization.uuid().as_u128()), (ada().user.id, 2));
        assert!(given.holds(&KEY, &ada(), None, at(299)));
        assert!(!given.holds(&KEY, &ada(), None, at(300)), "too late");
        let other = Login { password_version: 2, ..ada() };
        assert!(!given.holds(&KEY, &other, None, at(1)), "the password is another one");
        assert!(!given.holds(&SigningKey::new([8; 32]), &ada(), None, at(1)), "another key");
        assert!(!given.holds(&KEY, &ada(), Some(&connection()), at(1)), "it is of no connection");
        assert!(!format!("{challenge:?}").contains(challenge.expose()));
    }

    #[test]
    fn a_challenge_of_a_connection_ends_with_each_change_of_it() {
        let made = connection();
        let given = GivenChallenge::parse(challenge(Some(&made)).expose()).unwrap();
        assert_eq!(given.connection, Some(made.id));
        assert!(given.holds(&KEY, &ada(), Some(&made), at(1)));
        assert!(!given.holds(&KEY, &ada(), None, at(1)), "it was removed");
        assert!(!given.holds(&KEY, &ada(), Some(&made.clone().renew(at(1))), at(1)));
        let other = SsoConnection { id: Id::from_uuid(Uuid::from_u128(9)), ..made };
        assert!(!given.holds(&KEY, &ada(), Some(&other), at(1)));
    }

    fn challenge(connection: Option<&SsoConnection>) -> Challenge {
        Challenge::new(&KEY, &ada(), Id::from_uuid(Uuid::from_u128(2)), connection, at(0))
    }

    fn connection() -> SsoConnection {
        let values = SsoValues {
            issuer: SsoIssuer::parse("https://id.example.com").unwrap(),
            client_id: SsoClientId::parse("plinth").unwrap(),
            role: SsoRole::new(Role::Viewer.into()).unwrap(),
            mapping: None,
            is_required: false,
        };
        let (id, organization) = (Uuid::from_u128(3), Uuid::from_u128(2));
        let (id, organization) = (Id::from_uuid(id), Id::from_uuid(organization));
        SsoConnection::create(id, organization, values, None, at(0))
    }

    #[test]
    fn a_changed_challenge_proves_nothing() {
        let token = challenge(None).token;
        for index in PREFIX.len()..token.len() {
            let other = if token.as_bytes()[index] == b'A' { "B" } else { "A" };
            let mut changed = token.clone();
            changed.replace_range(index..=index, other);
            let given = GivenChallenge::parse(&changed);
            let holds = |given: GivenChallenge| given.holds(&KEY, &ada(), None, at(1));
            assert!(!given.is_some_and(holds), "{index}");
        }
        assert!(GivenChallenge::parse("plc_").is_none());
        assert!(GivenChallenge::parse(&token.replace("plc_", "plm_")).is_none());
    }
}
