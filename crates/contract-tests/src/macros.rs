//! The lists of behaviours, and what turns them into tests.

mod records;

/// Makes a test of every behaviour of `Store` and `SystemStore`.
///
/// `$stores` makes [`Stores`](crate::Stores) with nothing in them; it may `.await`.
#[macro_export]
macro_rules! store_contract {
    ($stores:expr) => {
        mod records {
            use super::*;
            $crate::plinth_ports::with_records! {
                plinth_contract_tests::record_contract! {
                    updated {
                        invitations: plinth_domain::Invitation,
                        api_keys: plinth_domain::ApiKey,
                        jobs: plinth_domain::Job,
                    }
                    stores { &$stores }
                }
            }
        }
        $crate::behaviours! { &$stores;
            units {
                a_dropped_unit_leaves_no_trace,
                a_unit_is_invisible_before_its_commit_and_visible_after,
                a_view_shows_one_snapshot_in_spite_of_later_commits,
                a_unit_that_met_a_conflict_never_pretends_to_have_committed,
                of_many_writers_of_one_version_exactly_one_wins,
            }
            organizations {
                an_organization_and_its_settings_come_back_as_they_were_stored,
                of_two_updates_of_one_organization_the_second_is_stale,
                a_slug_names_one_organization,
            }
            projects {
                metadata_comes_back_equal_as_json,
                a_code_is_used_once,
                a_code_is_free_again_once_its_project_is_removed,
                filters_show_what_they_name_and_together_what_all_of_them_name,
            }
            documents {
                a_document_shows_its_newest_version_and_keeps_the_others,
                a_document_goes_with_its_versions_and_its_text,
            }
            documents_found {
                filters_show_what_they_name_and_together_what_all_of_them_name,
                a_name_is_found_also_with_a_slip,
                a_text_is_found_by_all_of_its_words,
                a_text_takes_the_place_of_the_one_before,
                a_text_as_long_as_the_search_looks_is_found_to_its_end,
                a_text_needs_its_document,
                a_search_finds_nothing_of_another_organization,
            }
            documents_isolated {
                a_foreign_document_takes_neither_version_nor_text,
                a_foreign_upload_is_absent,
                an_identity_of_an_upload_is_free_in_every_other_organization,
                what_names_another_organization_never_lands_there,
            }
            uploads {
                an_upload_comes_back_as_it_was_stored_to_the_microsecond,
                an_upload_comes_back_in_every_state_and_by_every_method,
                an_identity_is_used_once,
                of_two_updates_of_one_upload_the_second_is_stale,
                only_the_revision_that_is_stored_is_removed,
                an_upload_that_is_dropped_was_never_begun,
            }
            pages {
                text_sorts_by_its_bytes,
                what_is_written_between_two_pages_moves_nothing_else,
                a_filter_holds_on_every_page,
                a_unit_of_work_lists_what_it_has_written,
                members_show_exactly_once,
                the_journal_shows_exactly_once,
            }
            search {
                code_name_and_description_are_searched_in_any_case,
                wildcards_in_the_words_mean_themselves,
                a_word_with_a_typo_is_found_only_when_likeness_counts,
                letters_beyond_ascii_are_folded_too,
            }
            members {
                a_member_is_shown_with_their_public_face,
                members_are_listed_by_role,
                a_person_is_a_member_once,
                of_two_changes_of_one_role_the_second_is_stale,
                only_the_revision_that_is_stored_is_removed,
                a_member_goes_with_their_sessions_here_and_keeps_those_elsewhere,
                a_removed_member_can_come_back_without_their_old_sessions,
                owners_are_counted_in_their_own_organization,
                two_owners_who_step_down_at_once_leave_an_owner,
            }
            invitations {
                an_address_has_one_open_invitation,
                an_expired_invitation_gives_its_address_free_once_it_is_closed,
            }
            invitations_accepted {
                an_invitation_is_locked_by_its_token_alone,
                a_newcomer_accepts_and_is_a_member_with_a_session,
                of_two_who_accept_at_once_one_becomes_a_member,
            }
            api_keys {
                an_api_key_comes_back_with_each_kind_of_grant,
                a_revoked_api_key_is_still_listed,
                a_key_that_is_used_does_not_become_another_revision,
            }
            feature_flags {
                every_installation_searches_by_likeness,
                an_unknown_flag_is_not_found_and_cannot_be_set,
                a_setting_of_its_own_begins_changes_and_ends,
                there_is_one_setting_for_each_flag,
                a_setting_that_has_changed_is_stale,
            }
            journal {
                a_line_comes_back_as_it_was_written,
                the_youngest_line_can_come_first,
                filters_show_what_they_name_and_together_what_all_of_them_name,
                a_line_is_never_written_over,
                work_across_organizations_writes_into_the_one_it_names,
            }
            jobs {
                a_job_comes_back_as_it_was_enqueued_to_the_microsecond,
                a_job_is_there_exactly_when_its_cause_is_committed,
                while_a_job_waits_another_with_its_key_is_not_made,
                a_key_is_free_again_once_its_job_has_ended,
                of_many_with_one_key_at_once_exactly_one_is_made,
                a_foreign_job_is_absent,
            }
            idempotency {
                a_completed_key_answers_word_for_word,
                a_dropped_claim_is_fresh_again,
                an_answer_that_is_dropped_was_never_given,
                an_expired_answer_is_unknown_and_gives_place_to_another,
                a_key_is_told_apart_by_organization_principal_and_operation,
                of_many_claims_at_once_exactly_one_is_fresh,
                a_reply_after_a_concurrent_one_is_refused,
            }
            isolation {
                a_foreign_member_is_absent,
                a_foreign_invitation_is_absent,
                a_foreign_setting_of_a_flag_is_absent,
                a_foreign_journal_is_empty,
                a_foreign_organization_is_out_of_reach,
            }
            isolation_of_writes {
                each_organization_has_its_own_setting_of_a_flag,
            }
            people {
                a_person_is_found_by_address_and_by_identity,
                a_disabled_person_is_found_as_disabled,
                an_address_belongs_to_one_person,
                another_password_takes_the_place_of_the_old_one,
                a_persons_places_are_shown_the_oldest_first,
                a_place_in_a_suspended_organization_is_not_shown,
            }
            registration {
                a_registration_is_there_as_a_whole,
                a_registration_that_is_dropped_leaves_no_trace,
                of_many_registrations_of_one_address_exactly_one_wins,
                a_membership_needs_its_person_and_its_organization,
                a_session_needs_its_membership,
            }
            sessions {
                a_session_is_found_by_its_access_token_alone,
                a_session_is_found_in_every_state,
                a_session_of_a_disabled_user_or_suspended_organization_is_not_found,
                a_session_is_not_found_once_its_organization_is_suspended,
                an_admission_shows_the_role_as_it_is_now,
                an_api_key_is_found_with_its_creators_membership,
                an_api_key_is_not_found_without_its_creators_membership,
                an_api_key_of_a_disabled_user_or_suspended_organization_is_not_found,
                a_use_of_an_unknown_api_key_is_noted_nowhere,
            }
            rotation {
                a_session_is_locked_by_its_refresh_token_alone,
                a_rotation_leaves_both_the_old_session_and_the_young_one,
                of_two_rotations_at_once_the_second_sees_the_first,
                a_family_is_revoked_as_a_whole_and_alone,
                a_family_is_revoked_in_the_organization_that_is_named,
                the_sessions_of_a_user_alone_are_revoked_in_every_organization,
            }
            sweep {
                expired_sessions_go_and_the_others_stay,
                expired_answers_go_in_every_organization_and_the_others_stay,
                business_records_outlive_every_sweep,
            }
        }
    };
}

/// Makes a test of every behaviour of `JobQueue`.
///
/// `$queues` makes [`Queues`](crate::Queues) with nothing in them; it may `.await`.
#[macro_export]
macro_rules! job_queue_contract {
    ($queues:expr) => {
        $crate::behaviours! { &$queues;
            job_queue {
                a_claimed_job_runs_and_is_not_claimed_again,
                of_two_workers_who_race_each_job_goes_to_one,
                a_job_waits_for_its_time,
                higher_priority_goes_first_and_then_the_earlier,
                only_the_kinds_that_are_asked_for_are_claimed,
                a_reaper_declares_dead_only_the_kinds_that_it_knows,
                organizations_take_turns_however_much_one_of_them_has,
                a_settled_job_has_ended_with_its_line_in_the_journal,
                a_failed_attempt_is_followed_by_another_after_its_time,
                a_released_job_waits_again_and_its_attempt_does_not_count,
                a_lease_that_is_over_lets_another_worker_in_and_opens_nothing,
                a_heartbeat_extends_the_leases_it_names_and_no_other,
                a_lease_without_an_attempt_left_goes_to_the_reaper,
                a_job_that_is_called_off_while_it_waits_never_runs,
                a_worker_hears_that_its_job_is_called_off,
                progress_shows_while_a_job_runs_and_is_no_revision,
                while_a_job_runs_another_with_its_key_is_not_made,
                many_jobs_of_many_organizations_are_settled_at_once,
                heartbeats_never_keep_an_outcome_from_being_settled,
                a_tick_makes_its_jobs_once_with_any_leader,
                of_two_leaders_who_tick_at_once_one_makes_the_jobs,
                a_tick_leaves_out_what_still_waits_under_its_key,
                what_ended_a_month_ago_is_swept_and_what_waits_stays,
            }
        }
    };
}

/// Makes a test of every behaviour of `StorageLedger`.
///
/// `$subject` makes a `StorageLedger` and the [`Stores`](crate::Stores) that it looks into, with
/// nothing in them; it may `.await`.
#[macro_export]
macro_rules! storage_ledger_contract {
    ($subject:expr) => {
        $crate::behaviours! { $subject;
            storage_ledger {
                an_upload_whose_time_is_over_is_answered_until_it_is_forgotten,
                an_upload_that_was_given_up_cannot_become_a_document,
                what_has_become_a_document_is_neither_given_up_nor_forgotten,
                an_open_upload_is_not_forgotten,
                no_more_are_given_up_than_asked_for,
                a_place_is_known_while_something_leads_to_it,
                a_place_is_known_in_its_own_organization,
                versions_of_all_organizations_are_paged_in_their_order,
            }
        }
    };
}

/// Makes a test of every behaviour of `RateLimiter`.
///
/// `$make` is an async closure that makes an `Arc<dyn RateLimiter>` which grants every quota so
/// many requests (`u32`) at once, and one more after each such `Duration`.
#[macro_export]
macro_rules! rate_limiter_contract {
    ($make:expr) => {
        $crate::behaviours! { $make;
            rate_limiter {
                a_burst_goes_through_and_the_next_request_does_not,
                a_request_fits_after_the_time_that_the_refusal_names,
                a_refused_request_costs_nothing,
                keys_and_quotas_are_counted_each_by_itself,
                of_many_requests_at_once_exactly_a_burst_goes_through,
            }
        }
    };
}

/// Makes a test of every behaviour of `AccessCache`.
///
/// `$cache` makes an empty `Arc<dyn AccessCache>`; it may `.await`.
#[macro_export]
macro_rules! access_cache_contract {
    ($cache:expr) => {
        $crate::behaviours! { $cache;
            access_cache {
                an_admission_is_found_by_its_token_alone,
                forgetting_a_member_ends_their_admissions_to_that_organization,
                forgetting_a_person_ends_their_admissions_everywhere,
                what_was_read_before_a_revocation_is_not_stored_after_it,
                what_is_read_after_a_revocation_is_stored,
                no_interleaving_lets_an_admission_outlive_its_right,
                forgetting_everything_ends_every_admission,
                what_was_read_before_everything_was_forgotten_is_not_stored_after_it,
            }
        }
    };
}

/// Makes a test of every behaviour of `Bus`.
///
/// `$bus` makes an `Arc<dyn Bus>` that is connected; it may `.await`.
#[macro_export]
macro_rules! bus_contract {
    ($bus:expr) => {
        $crate::behaviours! { $bus;
            bus {
                every_subscriber_receives_what_is_published,
                signals_come_in_the_order_in_which_they_were_published,
                a_subscriber_hears_nothing_from_before,
                a_wait_that_is_dropped_loses_nothing,
                a_reader_that_is_too_slow_hears_that_it_missed_something,
            }
        }
    };
}

/// Makes a test of every behaviour of `Leaderboards`.
///
/// `$boards` makes an `Arc<dyn Leaderboards>`; it may `.await`.
#[macro_export]
macro_rules! leaderboards_contract {
    ($boards:expr) => {
        $crate::behaviours! { $boards;
            leaderboards {
                the_highest_score_stands_first,
                equal_scores_stand_in_the_order_of_their_members_bytes,
                the_best_or_the_latest_score_counts_as_was_asked,
                every_finite_score_comes_back_as_it_was,
                pages_show_every_place_exactly_once,
                a_place_beyond_the_last_is_empty,
                a_board_of_the_same_name_is_another_in_another_organization,
                who_is_removed_has_no_place_and_the_others_move_up,
                a_board_that_is_cleared_is_empty_and_can_be_used_again,
                names_and_scores_out_of_bounds_are_refused,
            }
        }
    };
}

/// Makes a test of every behaviour of `Blobs`.
///
/// `$storage` makes a [`BlobStorage`](crate::BlobStorage) with nothing in it; it may `.await`.
#[macro_export]
macro_rules! blobs_contract {
    ($storage:expr) => {
        $crate::behaviours! { &$storage;
            blobs {
                a_blob_comes_back_as_it_was_put,
                a_blob_takes_the_place_of_the_one_before,
                a_blob_is_found_with_its_size_and_time,
                what_is_not_there_is_neither_found_nor_read,
                a_range_is_read_up_to_the_last_byte,
                a_range_beyond_the_end_is_cut_and_one_behind_it_refused,
                a_removed_blob_is_gone_and_may_be_removed_again,
                all_blobs_are_listed_and_nothing_else,
                a_large_blob_is_read_in_small_pieces,
            }
            blob_parts {
                parts_in_any_order_make_up_a_blob,
                nothing_is_seen_of_an_upload_before_it_is_complete,
                a_completed_upload_takes_the_place_of_the_blob_before,
                a_part_takes_the_place_of_the_one_with_its_number,
                an_upload_of_no_parts_is_an_empty_blob,
                parts_that_were_never_put_are_a_conflict,
                an_upload_that_is_gone_is_a_conflict,
                an_aborted_upload_leaves_nothing_and_may_be_aborted_again,
                uploads_to_one_key_do_not_get_in_each_others_way,
            }
        }
    };
}

/// Makes a test of every behaviour of `Sequencer` and `FeedReader`.
///
/// `$subject` makes a `Sequencer` and the [`Stores`](crate::Stores) whose journals it numbers,
/// with nothing in them; it may `.await`.
#[macro_export]
macro_rules! sequence_contract {
    ($subject:expr) => {
        $crate::behaviours! { $subject;
            sequence {
                an_entry_waits_from_its_commit_on_in_the_order_of_writing,
                a_waiting_entry_is_what_was_written,
                what_has_a_number_waits_no_longer_and_is_read_by_it,
                of_two_who_number_the_same_entries_the_second_fails_whole,
                each_organization_has_numbers_of_its_own,
            }
        }
    };
}

/// Makes a test of every behaviour of `Leadership`.
///
/// `$leadership` makes an `Arc<dyn Leadership>` without a leader, and what must live as long;
/// it may `.await`.
#[macro_export]
macro_rules! leadership_contract {
    ($leadership:expr) => {
        $crate::behaviours! { $leadership;
            leadership {
                one_at_a_time_has_the_lead,
                of_many_at_once_one_gets_the_lead,
                a_lead_that_is_dropped_is_free_again,
                each_name_is_led_by_itself,
            }
        }
    };
}

/// Makes a test of every behaviour of `Clock`.
///
/// `$clock` makes an `Arc<dyn Clock>` that runs by itself.
#[macro_export]
macro_rules! clock_contract {
    ($clock:expr) => {
        $crate::behaviours! { $clock;
            clock {
                the_time_is_cut_to_whole_microseconds,
                time_passes,
            }
        }
    };
}

/// Makes a test of every behaviour of `PasswordHasher`.
///
/// `$hasher` makes an `Arc<dyn PasswordHasher>` that takes a millisecond or more for each hash.
#[macro_export]
macro_rules! password_hasher_contract {
    ($hasher:expr) => {
        $crate::behaviours! { $hasher;
            password_hasher {
                the_same_password_matches_and_another_does_not,
                a_hash_is_salted_argon2id_and_hides_the_password,
                no_password_matches_a_missing_hash,
                an_unknown_account_takes_as_long_as_a_known_one,
                a_garbled_hash_is_a_fault_and_no_wrong_password,
                many_at_once_all_get_their_own_answer,
            }
        }
    };
}

/// Makes a test of every behaviour of `Ids` and `Secrets`.
///
/// `$ids` makes an `Arc<dyn Ids>`, `$secrets` an `Arc<dyn Secrets>`.
#[macro_export]
macro_rules! identities_contract {
    ($ids:expr, $secrets:expr) => {
        $crate::behaviours! { $ids;
            identities {
                younger_identities_sort_after_older_ones,
                an_identity_is_a_uuid_of_version_seven_that_carries_its_time,
                no_identity_is_made_twice,
            }
        }
        $crate::behaviours! { $secrets;
            secrets {
                no_secret_is_made_twice,
                every_bit_of_a_secret_varies,
            }
        }
    };
}

/// Makes a test of each behaviour that is named, in a module of the same name as here.
#[doc(hidden)]
#[macro_export]
macro_rules! behaviours {
    ($subject:expr; $($module:ident { $($behaviour:ident,)+ })+) => {
        $(
            mod $module {
                use super::*;
                $(
                    #[tokio::test]
                    async fn $behaviour() {
                        $crate::$module::$behaviour($subject).await;
                    }
                )+
            }
        )+
    };
}

#[cfg(test)]
mod tests;
