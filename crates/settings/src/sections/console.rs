use crate::{declaration::section, readers::Flag, setting::plain};

section! {
    "console"
    /// The web application that the API serves below `/console/`.
    pub struct Console {
        /// Whether it is served. Otherwise `/` leads to the reference of the API.
        enabled: bool = "enabled" by Flag, plain().default("true");
    }
}
