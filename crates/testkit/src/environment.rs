//! The environment variables that `with-servers` sets for tests.

/// The variable with the URL of the tests' PostgreSQL, for its superuser.
pub const DATABASE_URL_VARIABLE: &str = "PLINTH_TEST_DATABASE_URL";
/// The variable with the URL of the tests' Redis.
pub const REDIS_URL_VARIABLE: &str = "PLINTH_TEST_REDIS_URL";
/// The variable with the URL of the tests' object storage, the keys as user and password.
pub const S3_URL_VARIABLE: &str = "PLINTH_TEST_S3_URL";
/// The variable with the name of the migrated template database.
pub const TEMPLATE_VARIABLE: &str = "PLINTH_TEST_TEMPLATE";

/// The URL of the tests' PostgreSQL, for its superuser; its database must not be changed.
///
/// # Panics
/// Outside `with-servers`.
#[must_use]
pub fn admin_url() -> String {
    required(DATABASE_URL_VARIABLE)
}

/// The URL of the tests' Redis. All tests share it: keys need a random prefix.
///
/// # Panics
/// Outside `with-servers`.
#[must_use]
pub fn redis_url() -> String {
    required(REDIS_URL_VARIABLE)
}

/// The URL of the tests' object storage, the keys as user and password.
///
/// # Panics
/// Outside `with-servers`.
#[must_use]
pub fn s3_url() -> String {
    required(S3_URL_VARIABLE)
}

/// The name of the template database.
pub(crate) fn template() -> String {
    required(TEMPLATE_VARIABLE)
}

fn required(variable: &str) -> String {
    match std::env::var(variable) {
        Ok(value) if !value.is_empty() => value,
        _ => panic!(
            "{variable} is not set, so there is no server to test with. Run the tests with \
             `./justw test`, or one of them with `./justw test <part of its name>`"
        ),
    }
}
