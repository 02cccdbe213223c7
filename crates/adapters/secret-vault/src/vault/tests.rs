use plinth_domain::Id;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::*;

const CANARY: &str = "sk-canary-0123456789abcdef";

fn key(name: &str, byte: u8) -> MasterKey {
    MasterKey::new(name, &[byte; KEY_BYTES]).unwrap()
}

fn old() -> MasterKeys {
    MasterKeys::new([key("old", 1)])
}

fn id<T>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn of(n: u128) -> SecretOwner {
    SecretOwner::Organization(id(n))
}

fn text() -> SecretText {
    SecretText::parse(CANARY.to_owned()).unwrap()
}

fn sealed(keys: &MasterKeys) -> SealedSecret {
    keys.seal(of(1), id(2), &text()).unwrap()
}

fn opened(keys: &MasterKeys, secret: &SealedSecret) -> Result<String, VaultError> {
    Ok(keys.open(of(1), secret)?.expose_secret().to_owned())
}

#[test]
fn a_secret_opens_for_its_organization_and_identity_only() {
    let (keys, secret) = (old(), sealed(&old()));
    assert_eq!(opened(&keys, &secret).unwrap(), CANARY);
    assert_eq!(keys.open(of(9), &secret).unwrap_err(), VaultError::Broken(id(2)));
    let moved = SealedSecret { id: id(9), ..secret.clone() };
    assert_eq!(opened(&keys, &moved).unwrap_err(), VaultError::Broken(id(9)));
    // Neither part alone may come from another secret.
    let other = keys.seal(of(1), id(3), &text()).unwrap();
    let mixed = SealedSecret { sealed: other.sealed, ..secret.clone() };
    assert!(opened(&keys, &mixed).is_err());
    let mixed = SealedSecret { key: other.key, ..secret };
    assert!(opened(&keys, &mixed).is_err());
}

#[test]
fn a_secret_of_a_user_opens_for_no_organization_of_the_same_identity() {
    let (keys, user) = (old(), SecretOwner::User(id(1)));
    let secret = keys.seal(user, id(2), &text()).unwrap();
    assert_eq!(keys.open(user, &secret).unwrap().expose_secret(), CANARY);
    assert_eq!(opened(&keys, &secret).unwrap_err(), VaultError::Broken(id(2)));
    assert!(keys.rewrap(of(1), id(2), &secret.key).is_err());
    assert!(keys.open(user, &sealed(&keys)).is_err());
}

#[test]
fn no_changed_byte_and_no_cut_goes_unnoticed() {
    let (keys, secret) = (old(), sealed(&old()));
    for index in 0..secret.sealed.len() {
        let mut changed = secret.clone();
        changed.sealed[index] ^= 1;
        assert!(opened(&keys, &changed).is_err(), "byte {index}");
        let cut = SealedSecret { sealed: secret.sealed[..index].to_vec(), ..secret.clone() };
        assert!(opened(&keys, &cut).is_err(), "cut at {index}");
    }
    for index in 0..secret.key.bytes.len() {
        let mut changed = secret.clone();
        changed.key.bytes[index] ^= 1;
        assert!(opened(&keys, &changed).is_err(), "byte {index} of the key");
    }
}

#[test]
fn the_same_secret_is_never_sealed_alike() {
    let (first, second) = (sealed(&old()), sealed(&old()));
    assert_ne!(first.sealed, second.sealed);
    assert_ne!(first.key.bytes, second.key.bytes);
}

#[test]
fn a_rewrapped_secret_needs_the_old_master_key_no_more() {
    let secret = sealed(&old());
    let both = MasterKeys::new([key("new", 2), key("old", 1)]);
    assert_eq!(opened(&both, &secret).unwrap(), CANARY);
    let key = both.rewrap(of(1), secret.id, &secret.key).unwrap();
    assert_eq!(key.master_key, "new");
    let rewrapped = SealedSecret { key, ..secret.clone() };
    let new = MasterKeys::new([super::tests::key("new", 2)]);
    assert_eq!(opened(&new, &rewrapped).unwrap(), CANARY);
    let unknown = VaultError::UnknownMasterKey("old".to_owned());
    assert_eq!(opened(&new, &secret).unwrap_err(), unknown);
    let other = MasterKeys::new([super::tests::key("new", 3)]);
    assert_eq!(opened(&other, &rewrapped).unwrap_err(), VaultError::Broken(id(2)));
}

#[test]
fn without_a_master_key_nothing_is_sealed() {
    let none = MasterKeys::new([]);
    assert_eq!(none.seal(of(1), id(2), &text()).unwrap_err(), VaultError::NoMasterKey);
    assert_eq!(none.newest(), Err(VaultError::NoMasterKey));
}

#[test]
fn neither_a_secret_nor_a_key_is_in_what_is_printed() {
    let secret = sealed(&old());
    let error = MasterKeys::new([key("old", 9)]).open(of(1), &secret).unwrap_err();
    let printed = format!("{secret:?} {error:?} {error} {:?} {:?}", old(), text());
    assert!(!printed.contains("canary"), "{printed}");
    // A master key of ones, as a list of numbers or in hexadecimal digits.
    assert!(!printed.contains("1, 1, 1") && !printed.contains("01010101"), "{printed}");
    let canary = CANARY.as_bytes();
    assert!(!secret.sealed.windows(6).any(|part| canary.windows(6).any(|p| p == part)));
}
