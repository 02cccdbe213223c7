use std::net::SocketAddr;

use crate::{
    declaration::section,
    operator_keys::OperatorKeys,
    readers::{Maybe, OperatorKeyList, Socket},
    reading::Reading,
    setting::plain,
};

section! {
    "operator"
    /// The API of operators, on an address of its own: docs/operators.md.
    pub struct Operator {
        /// IP address and port that the API of operators listens on. If unset, there is none. It needs
        /// TLS by a proxy, and a network that only operators reach.
        listen: Option<SocketAddr> = "listen" by Maybe(Socket), plain().example("127.0.0.1:9090");

        /// The keys of operators, each as name:SHA-256 in 64 hexadecimal digits, with commas between
        /// them. `plinth operator key` makes a key and prints both. The name of a key is who acts in
        /// logs; a key without its hash here opens nothing.
        keys: Option<OperatorKeys> = "keys" by Maybe(OperatorKeyList),
            plain().example("anna:sha256-of-the-key");
    }
}

impl Operator {
    /// Returns itself if the settings are consistent; otherwise records a fault for each missing
    /// setting that another one needs.
    pub(crate) fn checked(self, reading: &mut Reading<'_>) -> Option<Self> {
        let missing = [(self.listen.is_some() && self.keys.is_none(), "keys", "operator.listen")];
        reading.has_needed(Self::SETTINGS, &missing).then_some(self)
    }
}
