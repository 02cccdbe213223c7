use std::fmt;

/// A problem's code: stable and dotted (`text.too_long`), with the sentence that documents it. Only
/// [`codes!`](crate::codes!) creates one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    name: &'static str,
    meaning: &'static str,
}

impl Code {
    /// Used by [`codes!`](crate::codes!), which lists every declared code.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(name: &'static str, meaning: &'static str) -> Self {
        assert!(!name.is_empty() && !meaning.is_empty(), "a code has a name and a meaning");
        Self { name, meaning }
    }

    /// The name, for programs: `text.too_long`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The meaning, as a sentence for developers.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        self.meaning
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Declares a module's codes as constants, and lists them as the module's `CODES`. The crate's
/// catalogue must contain each `CODES`; the compiler reports a missing one as dead code.
///
/// ```
/// plinth_domain::codes! {
///     PROJECT_CODE_TAKEN = "project.code_taken", "Another project has this code.";
/// }
/// assert_eq!(PROJECT_CODE_TAKEN.name(), CODES[0].name());
/// ```
#[macro_export]
macro_rules! codes {
    ($($constant:ident = $name:literal, $meaning:literal;)+) => {
        $(
            #[doc = $meaning]
            pub const $constant: $crate::Code = $crate::Code::declared($name, $meaning);
        )+

        pub(crate) const CODES: &[$crate::Code] = &[$($constant),+];
    };
}
