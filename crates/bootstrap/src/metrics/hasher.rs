use opentelemetry::global;
use plinth_in_process::Argon2Hasher;

/// Reports the queue of the password hasher when metrics are collected.
pub(crate) fn observe(hasher: &Argon2Hasher) {
    let meter = global::meter("plinth-in-process");
    let load = hasher.clone();
    meter
        .u64_observable_gauge("plinth.password_hashes.running")
        .with_description("Passwords that are being hashed.")
        .with_callback(move |observer| observer.observe(count(load.load().running), &[]))
        .build();
    let load = hasher.clone();
    meter
        .u64_observable_gauge("plinth.password_hashes.waiting")
        .with_description("Passwords that wait to be hashed.")
        .with_callback(move |observer| observer.observe(count(load.load().waiting), &[]))
        .build();
    let load = hasher.clone();
    meter
        .u64_observable_counter("plinth.password_hashes.refused")
        .with_description("Passwords that were refused because too many waited.")
        .with_callback(move |observer| observer.observe(load.load().refused, &[]))
        .build();
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
