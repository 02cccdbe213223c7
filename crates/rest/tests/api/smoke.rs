//! Part of the suite once more on the adapters in memory: enough to use each port, and so to prove
//! that adapters can be swapped. `contract-tests` checks that both stores fulfil the contracts of
//! the ports.

on_memory! {
    auth::registering_makes_an_account_its_organization_and_its_first_tokens,
    auth::a_login_enters_the_organization_that_it_names,
    tokens::a_refresh_token_shown_twice_ends_its_family_and_no_other,
    api_keys::a_key_acts_with_its_own_rights_and_its_secret_is_shown_once,
    members::a_role_change_takes_effect_at_once_on_tokens_in_use,
    members::who_is_removed_is_out_at_once_with_sessions_and_api_keys,
    invitations::of_two_acceptances_at_once_one_succeeds,
    organization::settings_are_merged_one_by_one,
    organization::an_organizations_own_switch_wins_until_it_is_cleared,
    projects::a_project_is_created_read_changed_and_archived,
    projects::a_code_is_unique_within_an_organization_and_not_beyond,
    documents::a_file_comes_back_byte_for_byte_with_its_hash_and_type,
    documents::a_resumable_upload_goes_on_where_it_stopped,
    documents::a_direct_upload_becomes_a_document_when_its_parts_are_there,
    jobs::a_job_is_called_off_and_tried_again,
    idempotency::duplicates_at_the_same_time_have_one_effect_and_no_other_answer,
    lists::every_list_can_be_walked_by_link_as_by_cursor,
    lists::the_audit_log_is_filtered_by_all_that_a_line_says,
    events::a_stream_that_broke_off_goes_on_where_it_was,
    sockets::an_event_arrives_as_the_page_shows_it,
    lifecycle::health_is_told_in_exactly_these_words,
    sweep::a_foreign_id_answers_byte_for_byte_like_a_random_one,
    sweep::no_list_shows_what_belongs_to_another_tenant,
}
