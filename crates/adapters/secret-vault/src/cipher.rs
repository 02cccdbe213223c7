use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use plinth_ports::VaultError;

/// The first byte of all that is encrypted in this form: nonce, ciphertext, tag.
const FORM: u8 = 1;

/// A key that encrypts; each encryption has a random nonce.
#[derive(Debug)]
pub(crate) struct Cipher(RandomizedNonceKey);

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, VaultError> {
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, key);
        key.map(Self).map_err(|_| VaultError::Failed)
    }

    /// Encrypts, and authenticates `context` with it.
    pub(crate) fn seal(&self, text: &[u8], context: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut sealed = text.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(context), &mut sealed);
        let nonce = nonce.map_err(|_| VaultError::Failed)?;
        Ok([[FORM].as_slice(), nonce.as_ref(), sealed.as_slice()].concat())
    }

    /// Decrypts into `buffer`, and returns the text in it. `None` where key, bytes or `context` are
    /// others than those that sealed it.
    pub(crate) fn open<'b>(
        &self,
        sealed: &[u8],
        context: &[u8],
        buffer: &'b mut Vec<u8>,
    ) -> Option<&'b [u8]> {
        let (nonce, sealed) = sealed.strip_prefix(&[FORM])?.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        buffer.extend_from_slice(sealed);
        let opened = self.0.open_in_place(nonce, Aad::from(context), buffer).ok()?;
        Some(opened)
    }
}
