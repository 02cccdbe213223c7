//! The lists of behaviours, and the macros that turn them into tests.

mod basics;
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
                        payments: plinth_domain::Payment,
                        bank_transactions: plinth_domain::BankTransaction,
                        dunning_notices: plinth_domain::DunningNotice,
                        executions: plinth_domain::Execution,
                        agent_runs: plinth_domain::AgentRun,
                        notifications: plinth_domain::Notification,
                    }
                    stores { &$stores }
                }
            }
        }
        $crate::behaviours! { &$stores;
            units {
                a_dropped_unit_leaves_no_trace,
                a_unit_is_invisible_before_its_commit_and_visible_after,
                a_read_unit_shows_one_snapshot_despite_later_commits,
                a_unit_after_a_conflict_never_reports_a_commit,
                of_many_writers_of_one_version_exactly_one_succeeds,
                a_deferred_unit_stores_all_of_its_rows_or_none,
                a_deferred_unit_that_does_not_commit_leaves_no_trace,
                a_deferred_unit_that_asks_sees_its_own_rows,
                of_deferred_units_at_once_each_is_stored_or_refused_for_itself,
            }
            organizations {
                an_organization_and_its_settings_are_read_as_they_were_stored,
                of_two_updates_of_one_organization_the_second_is_stale,
                a_slug_names_one_organization,
            }
            projects {
                metadata_is_read_as_equal_json,
                a_code_is_used_once,
                a_code_can_be_used_again_once_its_project_is_removed,
                filters_select_alone_and_several_select_what_all_of_them_match,
            }
            contracts {
                positions_and_amendments_are_read_as_they_were_stored,
                positions_of_a_draft_are_replaced_and_removed_with_it,
                what_was_agreed_changes_only_by_an_amendment,
                an_ended_contract_keeps_its_status_and_its_value,
                an_amendment_is_added_to_an_active_contract,
                another_organization_neither_reads_nor_adds_positions,
            }
            prompts {
                a_version_is_chosen_by_number_label_and_what_is_shown,
                versions_are_listed_by_their_numbers,
                a_label_names_one_version_and_moves,
                a_version_needs_its_prompt_its_model_and_a_number_of_its_own,
                a_model_stays_as_long_as_a_version_needs_it,
                a_prompt_is_removed_with_its_versions_and_its_labels,
                concurrent_versions_get_distinct_numbers_without_gaps,
                another_organization_neither_reads_nor_adds_versions,
            }
            evaluations {
                results_are_read_in_their_order_and_counted,
                an_evaluator_stays_as_long_as_an_evaluation_has_it,
                criteria_need_their_evaluation_and_their_evaluator,
                versions_are_ranked_by_the_newest_evaluations_that_succeeded,
            }
            execution_scores {
                an_author_has_one_score_of_each_name,
                scores_are_added_up_by_version_name_and_category,
                another_organization_neither_reads_nor_gives_scores,
            }
            datasets {
                items_are_read_in_their_order_as_they_were_stored,
                an_item_that_ended_is_shown_for_the_time_that_it_was_valid,
                items_go_with_their_data_set,
                another_organization_neither_reads_nor_changes_items,
            }
            agent_runs {
                events_of_a_run_have_numbers_without_holes,
                only_the_holder_of_a_run_adds_events,
                the_last_checkpoint_is_kept_and_contains_the_answer,
                a_run_costs_what_the_executions_by_its_key_cost,
                another_organization_neither_reads_nor_writes_about_a_run,
                the_key_of_a_run_is_not_listed_and_has_the_secret_that_it_got_last,
            }
            document_chunks {
                chunks_are_found_by_their_words_those_with_the_most_first,
                a_word_that_is_in_nearly_every_chunk_finds_chunks_alone,
                chunks_are_found_by_their_vectors_the_nearest_first,
                only_vectors_of_the_same_space_and_dimensions_count,
                a_filter_selects_chunks_of_documents_and_of_a_project,
                chunks_are_read_by_the_characters_that_they_have,
                a_new_text_replaces_the_chunks_and_their_vectors,
                chunks_go_with_their_document_and_vectors_with_their_model,
                a_chunk_of_another_organization_is_never_found,
                a_foreign_document_takes_no_chunks_and_no_vectors,
                a_text_without_chunks_is_told,
            }
            documents {
                a_document_shows_its_newest_version_and_keeps_the_others,
                a_document_is_removed_with_its_versions_and_its_text,
            }
            documents_found {
                filters_select_alone_and_several_select_what_all_of_them_match,
                a_name_is_found_despite_a_typo,
                a_text_is_found_by_all_of_its_words,
                a_text_replaces_the_previous_one,
                a_removed_text_is_not_found,
                a_text_of_the_longest_searchable_length_is_found_to_its_end,
                a_text_needs_its_document,
                a_search_finds_nothing_of_another_organization,
            }
            texts_found {
                what_people_type_is_found_in_what_files_have,
                what_people_type_is_found_in_names,
                a_query_without_anything_to_find_finds_nothing,
                words_without_end_are_stored_and_found_by_their_beginnings,
                what_is_in_more_rows_than_the_index_lists_is_found_page_by_page,
                names_and_texts_are_found_together_and_in_the_order_of_the_list,
            }
            documents_isolated {
                a_foreign_document_takes_neither_version_nor_text,
                a_foreign_upload_is_absent,
                an_identity_of_an_upload_is_free_in_every_other_organization,
                a_record_that_names_another_organization_is_not_stored_there,
            }
            invoice_attachments {
                attachments_are_read_in_their_order_and_replaced_as_a_whole,
                a_document_that_an_invoice_lists_is_not_removed,
                what_an_issued_invoice_lists_never_changes,
                attachments_need_their_invoice_and_documents_of_one_organization,
            }
            invoice_lines {
                lines_are_read_in_their_order_as_they_were_stored,
                lines_are_replaced_and_removed_as_a_whole,
                an_invoice_and_its_lines_are_stored_by_one_deferred_unit,
                an_issued_invoice_and_its_lines_never_change,
                lines_need_their_invoice_and_are_those_of_one_organization,
                what_booked_invoices_state_of_positions_is_added_up,
            }
            reports {
                what_is_open_is_that_of_the_day_by_party_currency_and_age,
                what_is_retained_has_no_age_and_is_paid_last,
                revenue_is_that_of_the_days_by_month_party_and_project,
                vat_is_that_of_the_days_by_direction_category_and_rate,
                the_finances_of_a_project_are_those_of_its_records,
                a_report_ends_at_its_limit_and_adds_up_beyond_the_range_of_amounts,
            }
            dunning_notices {
                notices_of_an_invoice_are_read_in_the_order_of_their_making,
                what_a_notice_claims_never_changes_and_a_withdrawn_one_stays_so,
                an_invoice_is_due_for_dunning_when_its_next_level_has_come,
                what_is_not_dunned_is_not_due,
                the_limit_the_party_and_the_minimum_bound_what_is_due,
            }
            accounting {
                what_is_booked_is_read_in_the_order_of_its_days,
                what_is_booked_is_read_page_by_page,
                the_last_accounts_are_those_of_the_ranges_and_digits,
            }
            overdue_notices {
                an_overdue_invoice_is_taken_once_in_its_own_organization,
            }
            party_keys {
                taken_keys_are_those_of_all_parties_of_one_organization,
            }
            bank_transactions {
                known_transactions_are_found_in_their_own_organization,
                payments_that_were_entered_are_found_until_they_have_a_transaction,
                open_invoices_are_those_that_a_payment_can_settle,
            }
            allocations {
                allocations_are_read_by_invoice_payment_and_credit_note,
                what_was_allocated_before_is_added_up_for_each_invoice,
                allocations_need_what_they_name_in_their_own_organization,
                what_a_payment_is_never_changes,
            }
            budgets {
                what_is_held_is_settled_in_every_budget_that_counts_it,
                the_scopes_are_those_of_the_budgets_of_the_organization,
                what_exceeds_one_budget_is_held_in_none,
                of_many_at_the_edge_of_a_budget_no_more_than_fit_are_held,
                a_budget_of_a_key_counts_what_the_keys_cost_that_descend_from_it,
                the_soft_limit_is_told_once_by_the_execution_that_reaches_it,
                no_cost_is_too_large_to_be_counted,
                a_budget_takes_its_periods_with_it,
                another_organization_holds_and_settles_nothing_of_it,
            }
            answer_lengths {
                the_longest_of_the_last_answers_is_told_once_there_are_enough,
                another_organization_neither_reads_nor_adds_lengths_of_answers,
            }
            models {
                one_question_answers_all_that_a_call_needs,
                another_organization_calls_none_of_it,
                the_kinds_of_existing_models_are_answered,
                a_price_counts_from_its_moment_until_the_next_begins,
                prices_are_added_once_and_go_with_their_model,
                a_fallback_exists_and_is_kept_in_every_place,
                a_secret_is_of_one_organization_and_kept_while_a_model_needs_it,
            }
            invoice_pdfs {
                a_verdict_is_replaced_and_forgotten,
                a_pdf_of_an_invoice_never_changes,
                a_document_is_kept_as_long_as_its_invoice,
                a_pdf_needs_its_invoice_and_its_document_of_one_organization,
                roles_on_the_project_of_an_invoice_do_not_open_its_pdf,
            }
            number_series {
                numbers_go_on_by_one_in_each_series_of_each_organization,
                a_series_keeps_the_pattern_of_its_first_number,
                no_number_is_given_to_an_earlier_date_than_that_of_the_last,
                a_number_that_is_not_committed_is_given_again,
                concurrent_documents_get_each_number_once,
            }
            usage {
                what_is_limited_is_counted_in_its_own_organization,
                what_a_rival_adds_under_the_lock_is_counted,
                the_lock_of_a_number_tells_the_plan,
                executions_count_when_they_begin_and_cost_when_they_end,
                what_a_queued_execution_holds_counts_before_it_runs_and_once,
                an_organization_is_warned_once_of_a_limit_in_a_period,
                requests_are_added_to_the_days_of_their_organizations,
                members_are_counted_across_organizations_under_the_lock_of_their_number,
            }
            uploads {
                an_upload_is_read_as_it_was_stored_to_the_microsecond,
                an_upload_is_read_in_every_state_and_by_every_method,
                an_identity_is_used_once,
                several_uploads_are_locked_at_once_without_those_that_do_not_exist,
                of_two_updates_of_one_upload_the_second_is_stale,
                only_the_revision_that_is_stored_is_removed,
                an_upload_of_a_dropped_unit_is_not_stored,
            }
            pages {
                text_sorts_by_its_bytes,
                writes_between_two_pages_do_not_move_other_items,
                a_filter_applies_to_every_page,
                a_unit_of_work_lists_what_it_has_written,
                a_page_ends_at_its_size_and_the_next_begins_there,
                members_show_exactly_once,
                members_are_narrowed_by_time_and_counted,
                the_journal_shows_exactly_once,
            }
            search {
                code_name_and_description_are_searched_in_any_case,
                wildcards_in_the_words_are_literal,
                a_word_with_a_typo_is_found_only_by_fuzzy_search,
                letters_beyond_ascii_are_folded_too,
            }
            members {
                a_member_is_found_with_email_address_and_name,
                a_member_is_read_with_the_newest_values_of_the_user,
                members_are_listed_by_role,
                those_of_some_users_who_are_members_are_found,
                a_user_is_a_member_once,
                a_suspended_member_has_no_place_and_counts_as_no_owner,
                a_service_account_is_a_member_without_a_password,
                of_two_changes_of_one_role_the_second_is_stale,
                only_the_revision_that_is_stored_is_removed,
                removing_a_member_removes_their_sessions_here_and_keeps_those_elsewhere,
                a_removed_member_can_join_again_without_their_old_sessions,
                owners_are_counted_in_their_own_organization,
                two_owners_who_step_down_concurrently_leave_an_owner,
            }
            roles {
                a_member_has_what_the_custom_role_has_now,
                a_member_changes_between_built_in_and_custom_roles,
                a_custom_role_that_a_member_has_is_not_removed,
                a_member_has_a_custom_role_of_the_organization_alone,
                members_are_listed_by_their_custom_role,
                the_pending_invitations_about_a_custom_role_are_found,
            }
            teams {
                a_member_is_in_a_team_once_until_taken_out,
                the_members_of_a_team_show_exactly_once,
                a_team_and_a_member_are_those_of_the_organization,
                who_leaves_the_organization_leaves_its_teams_and_a_team_goes_with_its_members,
            }
            project_grants {
                a_grant_is_read_as_it_was_stored_and_changed_by_its_version,
                a_member_and_a_team_have_one_role_on_a_project_of_the_organization,
                a_member_has_the_roles_given_to_the_member_and_to_the_members_teams,
                a_grant_goes_with_its_project_its_member_and_its_team_and_holds_its_role,
                the_project_of_a_record_is_that_of_the_organization,
            }
            comments {
                the_last_authors_of_comments_on_a_record_are_found_first,
                an_author_of_old_comments_alone_is_not_among_the_last,
                the_comments_on_a_record_are_removed_in_its_organization,
                a_record_of_each_kind_is_held_in_its_organization,
            }
            notifications {
                all_in_the_inbox_of_a_user_are_marked_as_read,
                those_who_were_told_of_a_comment_are_known_however_they_were_told,
                those_whom_many_mails_have_told_lately_are_known,
                a_digest_takes_what_waits_for_it_user_by_user_and_once,
                marks_and_digests_at_once_wait_for_no_lock_in_a_circle,
                old_notifications_are_removed_the_oldest_first,
                a_notification_goes_with_its_comment,
                what_a_user_is_told_and_wants_goes_with_the_membership,
                settings_are_those_of_a_user_in_one_organization,
            }
            invitations {
                an_address_has_one_open_invitation,
                closing_an_expired_invitation_frees_its_address,
                the_pending_invitations_of_a_user_and_of_a_key_are_found,
            }
            invitations_accepted {
                an_invitation_is_locked_by_its_token_alone,
                a_newcomer_accepts_and_is_a_member_with_a_session,
                of_two_concurrent_acceptances_exactly_one_succeeds,
                the_inviter_is_found_as_they_are_now,
            }
            api_keys {
                an_api_key_is_read_with_each_kind_of_permission,
                a_revoked_api_key_is_still_listed,
                a_use_of_a_key_does_not_change_its_revision,
                the_keys_that_descend_from_a_key_are_found_at_every_depth,
                the_keys_of_a_user_are_found_until_they_are_revoked,
                a_key_has_a_parent_of_its_organization,
                the_keys_of_a_user_alone_are_revoked_in_every_organization,
            }
            feature_flags {
                every_installation_has_the_flag_of_fuzzy_search,
                an_unknown_flag_is_not_found_and_cannot_be_set,
                an_override_is_created_changed_and_removed,
                there_is_one_setting_for_each_flag,
                a_setting_that_has_changed_is_stale,
            }
            journal {
                an_entry_is_read_as_it_was_written,
                the_newest_entry_can_come_first,
                filters_select_alone_and_several_select_what_all_of_them_match,
                the_journal_is_narrowed_by_time_and_counted,
                an_entry_is_never_overwritten,
                a_system_unit_writes_into_the_organization_that_it_names,
            }
            jobs {
                a_job_is_read_as_it_was_enqueued_to_the_microsecond,
                a_job_exists_exactly_when_its_unit_of_work_is_committed,
                while_a_job_waits_another_with_its_key_is_not_created,
                a_key_can_be_used_again_once_its_job_has_ended,
                of_many_concurrent_jobs_with_one_key_exactly_one_is_created,
                a_foreign_job_is_absent,
            }
            idempotency {
                a_key_of_any_characters_is_locked_and_found,
                a_completed_key_returns_the_stored_reply,
                a_dropped_claim_is_fresh_again,
                a_reply_of_a_dropped_unit_is_not_stored,
                an_expired_reply_is_unknown_and_can_be_replaced,
                a_key_is_distinguished_by_organization_principal_and_operation,
                of_many_claims_at_once_exactly_one_is_fresh,
                a_reply_after_a_concurrent_one_is_refused,
            }
            isolation {
                a_foreign_member_is_absent,
                a_foreign_invitation_is_absent,
                a_foreign_setting_of_a_flag_is_absent,
                a_foreign_journal_is_empty,
                a_foreign_organization_can_neither_be_read_nor_updated,
            }
            isolation_of_writes {
                each_organization_has_its_own_setting_of_a_flag,
            }
            people {
                a_user_is_found_by_address_and_by_identity,
                a_disabled_user_is_found_as_disabled,
                an_address_belongs_to_one_user,
                a_new_password_replaces_the_old_one,
                a_second_factor_is_read_as_it_was_stored_and_told_with_a_credential,
                of_two_changes_of_one_user_the_second_is_stale,
                a_proven_address_is_read_as_it_was_stored,
                what_a_user_has_chosen_is_read_as_it_was_stored_and_members_have_the_language,
                a_user_without_a_password_is_stored_and_gets_one,
                a_user_who_goes_leaves_every_organization_with_their_sessions,
                a_user_is_a_member_also_of_a_suspended_organization,
                the_memberships_of_a_user_are_listed_oldest_first,
                a_membership_in_a_suspended_organization_is_not_listed,
            }
            user_avatars {
                a_picture_replaces_the_one_before_until_it_is_removed,
                a_picture_is_of_a_user_and_has_a_bound,
            }
            user_identities {
                an_identity_is_found_by_exactly_its_issuer_and_subject,
                an_identity_belongs_to_one_user,
                the_identities_of_a_user_are_listed_oldest_first_and_removed_alone,
                a_bounded_number_of_identities_is_read,
                a_state_is_used_once_until_it_expires,
                of_many_uses_of_a_state_at_once_exactly_one_is_the_first,
            }
            operators {
                organizations_are_listed_newest_first_with_what_they_have,
                dead_jobs_of_all_organizations_are_listed_and_retried,
                no_certificate_is_there_before_an_organization_is_removed,
                the_log_of_operators_is_listed_newest_first,
                an_announcement_is_shown_in_its_time_until_it_is_removed,
                a_support_session_is_found_by_its_token_while_its_organization_is_active,
                live_support_sessions_are_counted_for_one_organization,
            }
            sso {
                an_organization_has_one_connection_which_is_read_as_it_was_stored,
                a_domain_is_proven_by_one_organization,
                domains_are_listed_by_their_names,
                the_connection_of_a_proven_domain_is_found,
                a_connection_is_proven_once,
                the_secret_of_a_client_is_found_in_its_organization,
                an_identity_is_of_one_connection_and_goes_with_it,
                the_identity_of_a_member_goes_with_the_membership,
                the_sessions_of_a_connection_end_and_others_stay,
                the_sessions_by_no_connection_end_but_one,
                the_active_owners_are_listed_oldest_first,
                active_owners_with_a_second_factor_are_found,
                a_connection_is_changed_across_organizations,
            }
            registration {
                a_registration_is_stored_as_a_whole,
                a_registration_that_is_dropped_leaves_no_trace,
                of_many_registrations_of_one_address_exactly_one_succeeds,
                a_membership_needs_its_user_and_its_organization,
                a_session_needs_its_membership,
            }
            sessions {
                a_session_is_found_by_its_access_token_alone,
                a_token_is_found_in_the_organization_that_it_names_and_nowhere_else,
                a_session_is_found_in_every_state,
                an_account_knows_the_clients_that_it_was_used_from,
                a_device_is_known_by_its_name_and_its_address_block_together,
                live_sessions_come_with_their_clients_and_the_newest_first,
                the_other_families_of_a_user_end_and_one_stays,
                a_session_of_a_disabled_user_is_not_found,
                a_credential_tells_that_its_organization_is_suspended,
                an_admission_has_the_current_role,
                an_api_key_is_found_with_its_creators_membership,
                many_credentials_are_found_at_once_each_with_its_hash,
                an_api_key_is_not_found_without_its_creators_membership,
                an_api_key_of_a_disabled_user_is_not_found,
                a_use_of_an_unknown_api_key_is_not_recorded,
            }
            rotation {
                a_session_is_locked_by_its_refresh_token_alone,
                a_rotation_keeps_both_the_old_session_and_the_new_one,
                of_two_concurrent_rotations_the_second_sees_the_first,
                a_family_is_revoked_as_a_whole_and_alone,
                a_family_is_revoked_in_every_organization_of_its_user,
                the_sessions_of_a_user_alone_are_revoked_in_every_organization,
            }
            revocation {
                no_session_survives_a_revocation_beside_it,
                a_removed_member_keeps_no_session_that_was_opened_beside_the_removal,
                a_session_that_is_opened_beside_a_removal_waits_for_no_lock_in_a_circle,
            }
            sweep {
                expired_sessions_are_removed_and_the_others_are_kept,
                a_rotated_session_is_removed_with_its_access_token_and_its_chain_is_known,
                expired_replies_are_removed_in_every_organization_and_the_others_are_kept,
                business_records_are_kept_by_every_sweep,
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
                of_two_racing_workers_each_job_goes_to_one,
                a_job_waits_for_its_time,
                the_backlog_has_the_jobs_that_are_due_by_their_kinds,
                a_higher_priority_is_claimed_first_and_then_the_earlier_job,
                only_the_kinds_that_are_asked_for_are_claimed,
                a_reaper_declares_dead_only_the_kinds_that_it_knows,
                organizations_take_turns_regardless_of_the_number_of_their_jobs,
                jobs_of_a_suspended_organization_wait_until_it_is_active,
                a_settled_job_has_ended_with_its_audit_record,
                a_failed_attempt_is_followed_by_another_after_the_delay,
                a_released_job_waits_again_and_its_attempt_does_not_count,
                a_postponed_job_waits_with_its_reason_and_its_attempt_does_not_count,
                an_expired_lease_lets_another_worker_claim_and_settles_nothing,
                a_heartbeat_extends_the_leases_it_names_and_no_other,
                a_lease_without_an_attempt_left_goes_to_the_reaper,
                a_job_that_is_cancelled_while_it_waits_never_runs,
                a_heartbeat_reports_that_a_job_is_to_be_cancelled,
                progress_is_visible_while_a_job_runs_and_does_not_change_its_revision,
                while_a_job_runs_another_with_its_key_is_not_created,
                many_jobs_of_many_organizations_are_settled_at_once,
                a_concurrent_heartbeat_never_prevents_a_settlement,
                a_tick_creates_its_jobs_once_with_any_leader,
                of_two_concurrent_ticks_exactly_one_creates_the_jobs,
                a_tick_creates_no_job_while_one_with_its_key_waits,
                jobs_that_ended_a_month_ago_are_swept_and_waiting_ones_are_kept,
            }
        }
    };
}

/// Makes a test of every behaviour of `StorageLedger`.
///
/// `$subject` makes a `StorageLedger` and the [`Stores`](crate::Stores) that it reads, with nothing
/// in them; it may `.await`.
#[macro_export]
macro_rules! storage_ledger_contract {
    ($subject:expr) => {
        $crate::behaviours! { $subject;
            storage_ledger {
                an_expired_upload_is_returned_until_it_is_removed,
                an_abandoned_upload_cannot_become_a_document,
                a_completed_upload_is_neither_abandoned_nor_removed,
                an_open_upload_is_not_removed,
                no_more_uploads_are_abandoned_than_the_limit,
                a_location_is_known_while_a_record_refers_to_it,
                a_location_is_known_in_its_own_organization,
                a_blob_of_an_unknown_organization_belongs_to_another_installation,
                the_identity_of_a_database_does_not_change,
                a_version_is_unprocessed_when_no_open_job_processes_it,
                versions_of_all_organizations_are_paged_in_their_order,
            }
        }
    };
}

/// Makes a test of every behaviour of `SecretKeys`.
///
/// `$subject` makes a `SecretKeys` and the [`Stores`](crate::Stores) that it reads, with nothing in
/// them; it may `.await`.
#[macro_export]
macro_rules! secret_keys_contract {
    ($subject:expr) => {
        $crate::behaviours! { $subject;
            secret_keys {
                outdated_keys_of_every_organization_are_replaced_once,
                keys_of_users_come_after_those_of_organizations,
                a_replaced_key_leaves_what_is_sealed,
            }
        }
    };
}

/// Makes a test of every behaviour of executions and of `ExecutionLeases`.
///
/// `$subject` makes an `ExecutionLeases` and the [`Stores`](crate::Stores) that it reads, with nothing
/// in them; it may `.await`.
#[macro_export]
macro_rules! execution_contract {
    ($subject:expr) => {
        $crate::behaviours! { $subject;
            executions {
                the_first_end_of_an_execution_holds,
                only_the_holder_of_the_lease_adds_to_the_text,
                the_text_is_read_from_a_character_on_and_within_bytes,
                a_lease_is_extended_by_its_holder_and_tells_of_a_cancellation,
                an_execution_whose_lease_has_expired_is_found,
                the_calls_of_models_are_read_as_they_were_stored,
                an_execution_is_finished_by_its_holder_and_once,
                of_executions_that_end_at_once_each_ends_for_itself,
                an_execution_runs_as_long_as_its_lease_has_not_expired,
                the_progress_of_an_execution_is_the_length_of_its_pieces,
            }
            execution_retention {
                the_texts_of_old_executions_are_removed_and_their_figures_stay,
                the_texts_of_an_execution_are_removed_once_and_nothing_else_with_them,
                old_executions_are_removed_with_all_that_is_beside_them,
            }
            execution_usage {
                usage_is_added_up_by_period_and_record,
            }
        }
    };
}

/// Makes a test of every behaviour of deliveries to webhooks and of `WebhookQueue`.
///
/// `$subject` makes a `WebhookQueue` that is a `Sequencer`, too, and the [`Stores`](crate::Stores) that
/// it reads, with nothing in them; it may `.await`.
#[macro_export]
macro_rules! webhook_contract {
    ($subject:expr) => {
        $crate::behaviours! { $subject;
            webhooks {
                events_about_one_subject_are_due_one_after_the_other,
                a_delivery_is_read_as_it_was_stored_with_its_attempts,
                a_webhook_is_claimed_by_one_worker_while_it_has_something_to_send,
                a_paused_webhook_is_not_claimed_and_goes_on_with_the_newest_event,
                deliveries_that_ended_long_ago_are_removed_and_those_that_wait_stay,
                a_webhook_takes_its_deliveries_with_it,
                another_organization_neither_reads_nor_ends_deliveries,
            }
        }
    };
}

/// Makes a test of every behaviour of `RateLimiter`.
///
/// `$make` is an async closure that makes an `Arc<dyn RateLimiter>` from a burst (`u32`) and an
/// interval (`Duration`): every quota admits the burst at once, and one more request after each
/// interval.
#[macro_export]
macro_rules! rate_limiter_contract {
    ($make:expr) => {
        $crate::behaviours! { $make;
            rate_limiter {
                a_burst_is_admitted_and_the_next_request_is_refused,
                a_request_is_admitted_after_the_delay_that_the_refusal_names,
                a_refused_request_costs_nothing,
                keys_and_quotas_are_counted_separately,
                of_many_concurrent_requests_exactly_a_burst_is_admitted,
                a_request_that_is_taken_back_leaves_room_for_one_more,
                no_number_of_requests_taken_back_makes_an_allowance_larger,
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
                a_refused_token_is_remembered_until_it_is_admitted,
                a_token_is_known_when_it_was_created_or_admitted,
                what_is_forgotten_here_is_forgotten_everywhere_in_a_bounded_time,
                an_admission_is_found_by_its_token_alone,
                invalidating_a_member_ends_their_admissions_to_that_organization,
                invalidating_a_user_ends_their_admissions_everywhere,
                invalidating_an_organization_ends_all_admissions_to_it,
                a_member_who_was_refused_is_asked_for_again_after_a_change,
                what_was_read_before_a_revocation_is_not_stored_after_it,
                what_is_read_after_a_revocation_is_stored,
                no_interleaving_lets_an_admission_outlive_its_right,
                invalidating_everything_ends_every_admission,
                what_was_read_before_everything_was_invalidated_is_not_stored_after_it,
            }
        }
    };
}

/// Makes a test of every behaviour of `CatalogueCache`.
///
/// `$cache` makes an empty `Arc<dyn CatalogueCache>`; it may `.await`.
#[macro_export]
macro_rules! catalogue_cache_contract {
    ($cache:expr) => {
        $crate::behaviours! { $cache;
            catalogue_cache {
                a_change_ends_what_is_cached_of_its_organization_alone,
                a_change_of_one_organization_lets_others_cache,
                an_entry_is_found_under_its_organization_and_its_key,
                everything_ends_when_signals_were_missed,
                no_interleaving_lets_an_entry_outlive_a_change,
                rules_count_an_execution_where_one_of_their_scopes_does,
                what_changes_here_is_forgotten_everywhere_in_a_bounded_time,
                what_was_read_before_a_change_is_not_cached_after_it,
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
                a_handler_has_handled_a_signal_when_it_was_published,
                a_confirmation_is_bounded,
                every_subscriber_receives_what_is_published,
                signals_arrive_in_the_order_in_which_they_were_published,
                a_subscriber_receives_nothing_that_was_published_before,
                a_wait_that_is_dropped_loses_nothing,
                a_subscriber_that_is_too_slow_is_told_that_signals_were_lost,
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
                the_highest_score_comes_first,
                equal_scores_are_ordered_by_the_bytes_of_their_members,
                every_finite_score_is_read_as_it_was_stored,
                a_board_is_replaced_as_a_whole_and_told_by_its_basis,
                boards_of_the_same_name_are_separate_in_each_organization,
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
                a_blob_is_read_as_it_was_stored,
                a_blob_replaces_the_previous_one,
                a_blob_is_found_with_its_size_and_time,
                a_missing_blob_is_neither_found_nor_read,
                a_range_is_read_up_to_the_last_byte,
                a_range_beyond_the_end_is_cut_and_one_after_the_end_is_refused,
                a_removed_blob_does_not_exist_and_may_be_removed_again,
                the_tails_of_an_upload_are_removed_and_no_others,
                all_blobs_are_listed_and_nothing_else,
                a_large_blob_is_read_in_small_pieces,
            }
            blob_parts {
                parts_in_any_order_make_up_a_blob,
                an_upload_is_invisible_before_it_is_complete,
                a_completed_upload_replaces_the_previous_blob,
                a_part_replaces_the_one_with_its_number,
                an_upload_of_no_parts_is_an_empty_blob,
                parts_that_were_never_put_are_a_conflict,
                an_upload_that_does_not_exist_is_a_conflict,
                an_aborted_upload_leaves_nothing_and_may_be_aborted_again,
                concurrent_uploads_to_one_key_are_independent,
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
                an_entry_is_pending_from_its_commit_on_in_the_order_of_writing,
                a_pending_entry_is_as_it_was_written,
                the_lag_counts_entries_until_they_have_a_number_or_are_set_aside,
                a_numbered_entry_is_no_longer_pending_and_is_read_by_its_number,
                of_two_processes_that_number_the_same_entries_the_second_fails_as_a_whole,
                each_organization_has_its_own_numbers,
                only_the_order_within_an_organization_counts,
                an_organization_is_drained_once_each_of_its_entries_has_a_number,
                a_read_of_numbers_ends_at_its_bytes_and_goes_on_there,
                an_entry_that_is_set_aside_stops_no_other_and_is_known_to_have_no_number,
                old_entries_are_removed_from_the_start_of_the_chain_alone,
                each_organization_is_listed_with_its_retention,
            }
        }
    };
}

/// Makes a test of every behaviour of `Leadership`.
///
/// `$leadership` makes an `Arc<dyn Leadership>` without a leader, whose leads last about a second,
/// and a guard that is kept until the test ends; it may `.await`.
#[macro_export]
macro_rules! leadership_contract {
    ($leadership:expr) => {
        $crate::behaviours! { $leadership;
            leadership {
                one_process_at_a_time_is_the_leader,
                of_many_concurrent_candidates_one_becomes_the_leader,
                a_lead_that_is_given_up_can_be_taken_at_once,
                a_lead_that_is_not_renewed_expires_and_its_last_holder_learns_it,
                a_lead_lasts_as_long_as_it_is_renewed,
                each_name_has_its_own_leader,
            }
        }
    };
}

/// Makes a test of each named behaviour, in a module with the name of the module here.
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
