/// Makes a test of every behaviour that each kind of record has.
///
/// `updated` records are never removed; `records` can be.
#[macro_export]
macro_rules! record_contract {
    (
        records { $($module:ident: $record:path,)* }
        updated { $($special:ident: $updated:path,)* }
        stores { $stores:expr }
    ) => {
        $(
            mod $module {
                use super::*;
                $crate::record_contract! { @updated $stores, $record }
                $crate::record_contract! { @tests $stores, $record;
                    only_the_stored_revision_is_removed,
                    another_organization_removes_nothing,
                    a_referenced_record_is_not_removed,
                    a_record_that_refers_by_cascade_is_removed_too,
                }
            }
        )*
        $(
            mod $special {
                use super::*;
                $crate::record_contract! { @updated $stores, $updated }
            }
        )*
    };
    (@updated $stores:expr, $record:path) => {
        $crate::record_contract! { @tests $stores, $record;
            it_is_read_as_it_was_stored,
            an_update_changes_everything,
            of_two_updates_of_one_version_the_second_is_stale,
            an_identity_is_used_once_in_an_organization,
            unique_values_are_used_once_in_an_organization,
            another_organization_neither_finds_nor_updates_it,
            it_belongs_to_the_organization_that_stores_it,
            every_order_shows_each_exactly_once,
            a_filter_shows_what_the_port_says,
            times_and_totals_are_of_what_is_selected,
            a_reference_to_nothing_of_the_organization_is_refused,
        }
    };
    (@tests $stores:expr, $record:path; $($test:ident,)+) => {$(
        #[tokio::test]
        async fn $test() {
            $crate::records::$test::<$record>($stores).await;
        }
    )+};
}
