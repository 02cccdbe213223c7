use crate::{
    declaration::section,
    master_keys::MasterKeys,
    readers::{MasterKeyList, Maybe},
    setting::plain,
};

section! {
    "secrets"
    /// The encryption of what organizations entrust, such as the secrets of models.
    pub struct Secrets {
        /// Master keys, each as name:64 hexadecimal digits, with commas between them. The first one
        /// encrypts what is new, all of them open what is old; `plinth secrets rotate` brings all
        /// secrets under the first. They are the same on every replica. Without any, a key that is
        /// derived from `security.secret_key` is used, under the name `installation`: it opens old
        /// secrets as long as that key stays. Keep the keys apart from the backups of the database.
        keys: Option<MasterKeys> = "keys" by Maybe(MasterKeyList),
            plain().example("2026-11:$(openssl rand -hex 32)");
    }
}
