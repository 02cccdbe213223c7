//! Secrets are unpredictable.
#![expect(missing_docs, reason = "each name says the rule that it protects")]
#![expect(clippy::unused_async, reason = "all behaviours are awaited alike")]

use std::{collections::HashSet, sync::Arc};

use plinth_ports::Secrets;

pub async fn no_secret_is_generated_twice(secrets: Arc<dyn Secrets>) {
    let made: HashSet<[u8; 32]> = (0..1_000).map(|_| secrets.random()).collect();
    assert_eq!(made.len(), 1_000);
}

pub async fn every_bit_of_a_secret_varies(secrets: Arc<dyn Secrets>) {
    let (mut ones, mut zeros) = ([0_u8; 32], [0_u8; 32]);
    for _ in 0..64 {
        for (at, byte) in secrets.random().into_iter().enumerate() {
            ones[at] |= byte;
            zeros[at] |= !byte;
        }
    }
    assert_eq!((ones, zeros), ([0xff; 32], [0xff; 32]));
}
