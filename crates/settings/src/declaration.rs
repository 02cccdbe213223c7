//! The macros that declare settings: the typed field, the check and the documentation of a
//! setting come from one line.

use crate::readers::Reader;

/// The [`Setting`] of one declaration.
macro_rules! setting {
    ($section:literal, $key:literal, [$($doc:literal)+], $reader:expr, $facts:expr) => {
        $crate::Setting {
            section: $section,
            key: $key,
            doc: concat!($($doc),+).trim_ascii(),
            secret: $crate::declaration::is_secret(&$reader),
            required: $crate::declaration::requirement(&$reader, $facts),
            facts: $facts,
            expects: || $crate::readers::Reader::expects(&$reader),
            accepts: |text| $crate::readers::Reader::read(&$reader, text).is_ok(),
        }
    };
}

/// Declares a section: `field: Type = "key" by Reader, facts;`. The key ends with the unit of a
/// duration.
macro_rules! section {
    (
        $section:literal
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $key:literal by $reader:expr, $facts:expr;)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        impl $name {
            pub(crate) const ABOUT: &'static str = concat!($($about),+).trim_ascii();
            pub(crate) const SETTINGS: &'static [$crate::Setting] = &[
                $($crate::declaration::setting!($section, $key, [$($doc)+], $reader, $facts),)+
            ];

            /// The values, or `None` after recording the faults of all of them.
            pub(crate) fn read(reading: &mut $crate::reading::Reading<'_>) -> Option<Self> {
                let mut settings = Self::SETTINGS.iter();
                $(let $field = settings.next().and_then(|setting| reading.value(setting, &$reader));)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}

pub(crate) use {section, setting};

pub(crate) const fn is_secret<R: Reader>(_: &R) -> bool {
    R::SECRET
}

pub(crate) const fn requirement<R: Reader>(_: &R, facts: crate::Facts) -> crate::Required {
    if facts.needed_in_production {
        crate::Required::InProduction
    } else if R::OPTIONAL || facts.has_default() {
        crate::Required::Never
    } else {
        crate::Required::Always
    }
}
