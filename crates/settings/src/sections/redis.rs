use secrecy::SecretString;

use crate::{
    declaration::section,
    readers::{Maybe, SecretUrl, Word},
    setting::plain,
};

section! {
    "redis"
    /// Redis, through which several processes share rate limits and signals. A single process
    /// works without it.
    pub struct Redis {
        /// URL of Redis. If unset, rate limits and signals stay inside the process.
        url: Option<SecretString> = "url" by Maybe(SecretUrl(&["redis", "rediss"])),
            plain().aliases(&["REDIS_URL"]).example("redis://localhost:6379/0");

        /// Prefix of every key and channel. Installations that share a Redis need different
        /// prefixes: channels do not belong to a database number.
        key_prefix: String = "key_prefix" by Word, plain().default("plinth");
    }
}
