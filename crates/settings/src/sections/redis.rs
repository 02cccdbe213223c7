use secrecy::SecretString;

use crate::{
    declaration::section,
    readers::{Maybe, SecretUrl, Word},
    setting::plain,
};

section! {
    "redis"
    /// Redis, where several processes share limits and wake-ups; one alone does without.
    pub struct Redis {
        /// Where Redis is. Without it, what it would do is done in the process.
        url: Option<SecretString> = "url" by Maybe(SecretUrl(&["redis", "rediss"])),
            plain().aliases(&["REDIS_URL"]).example("redis://localhost:6379/0");

        /// What every key and channel begins with. Installations that share a Redis need one
        /// each: signals know no database numbers.
        key_prefix: String = "key_prefix" by Word, plain().default("plinth");
    }
}
