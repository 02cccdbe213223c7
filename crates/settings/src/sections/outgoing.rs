use crate::{declaration::section, readers::HostPorts, setting::plain};

section! {
    "outgoing"
    /// Requests to servers that users name, such as providers of models. They go to public
    /// addresses, by HTTPS.
    pub struct Outgoing {
        /// Servers that may be called although their addresses are not public, or without TLS: a
        /// local model, say. Every user who may create a model can then call them.
        allow: Vec<String> = "allow" by HostPorts,
            plain().default("").example("127.0.0.1:11434,models.internal:8000");
    }
}
