//! The contracts of the ports that need no server: clock, password hashes, identities.

/// Makes a test of every behaviour of `Clock`.
///
/// `$clock` makes an `Arc<dyn Clock>` whose time advances.
#[macro_export]
macro_rules! clock_contract {
    ($clock:expr) => {
        $crate::behaviours! { $clock;
            clock {
                the_time_is_cut_to_whole_microseconds,
                time_passes,
            }
        }
    };
}

/// Makes a test of every behaviour of `PasswordHasher`.
///
/// `$hasher` makes an `Arc<dyn PasswordHasher>` that takes a millisecond or more for each hash.
#[macro_export]
macro_rules! password_hasher_contract {
    ($hasher:expr) => {
        $crate::behaviours! { $hasher;
            password_hasher {
                the_same_password_matches_and_another_does_not,
                a_hash_is_salted_argon2id_and_hides_the_password,
                no_password_matches_a_missing_hash,
                an_unknown_account_takes_as_long_as_a_known_one,
                a_malformed_hash_is_an_error_and_not_a_wrong_password,
                concurrent_calls_each_get_their_own_result,
            }
        }
    };
}

/// Makes a test of every behaviour of `Ids` and `Secrets`.
///
/// `$ids` makes an `Arc<dyn Ids>`, `$secrets` an `Arc<dyn Secrets>`.
#[macro_export]
macro_rules! identities_contract {
    ($ids:expr, $secrets:expr) => {
        $crate::behaviours! { $ids;
            identities {
                newer_identities_sort_after_older_ones,
                an_identity_is_a_uuid_of_version_seven_that_carries_its_time,
                an_identity_of_a_time_carries_it_and_sorts_by_it,
                no_identity_is_generated_twice,
            }
        }
        $crate::behaviours! { $secrets;
            secrets {
                no_secret_is_generated_twice,
                every_bit_of_a_secret_varies,
            }
        }
    };
}
