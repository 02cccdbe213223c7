use plinth_ports::Secrets;

/// Random bytes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsSecrets;

impl Secrets for OsSecrets {
    #[expect(clippy::disallowed_methods, reason = "the one adapter that may draw randomness")]
    #[expect(clippy::expect_used, reason = "a machine without randomness must not issue tokens")]
    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}
