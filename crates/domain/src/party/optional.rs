/// Declares a group of optional values, and a change of it.
macro_rules! optional_fields {
    (
        $(#[$meta:meta])*
        $name:ident, $changes:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$doc])* pub $field: Option<$type>,)+
        }

        #[doc = concat!("A change of [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the fields are those of the group")]
        pub struct $changes {
            $(pub $field: $crate::Patch<$type>,)+
        }

        impl $name {
            /// The values after a change.
            #[must_use]
            pub fn change(mut self, changes: $changes) -> Self {
                $(changes.$field.apply(&mut self.$field);)+
                self
            }
        }

        impl $changes {
            /// The change that removes every value.
            #[must_use]
            pub const fn clear() -> Self {
                Self { $($field: $crate::Patch::Clear,)+ }
            }
        }
    };
}
pub(crate) use optional_fields;
