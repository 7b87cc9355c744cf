"""Which issues go away through what: the reason why a remedy works in the sandbox.

Each set names the issues that an action ends once its effect has reached the lock, the account or Seam's own books.
"""

PIN_CHANGED = frozenset(
    {
        "code_constraints_violated", "duplicate_code_on_device", "august_lock_bad_access_code_format",
        "august_lock_invalid_code_length", "kwikset_unable_to_confirm_code", "conflicting_unmanaged_access_code_id",
        "duplicate_code_attempt_prevented", "access_code_state_unconfirmed", "wyze_potential_duplicate_code",
        "schlage_detected_duplicate", "smartthings_failed_to_set_access_code",
        "smartthings_failed_to_set_after_multiple_retries",
    }
)  # fmt: skip
"""A PIN that fits and that nobody else has."""

NAME_CHANGED = frozenset({"wyze_duplicate_code_name", "august_lock_bad_access_code_format"})
"""A name that fits and that nobody else has."""

TIMES_CHANGED = frozenset({"dormakaba_oracode_invalid_time_range", "schlage_access_code_ambiguous_timezone_dst_risk"})
"""Times that the lock can do."""

DUPLICATE_GONE = frozenset(
    {
        "duplicate_code_on_device", "conflicting_unmanaged_access_code_id", "duplicate_code_attempt_prevented",
        "wyze_potential_duplicate_code", "schlage_detected_duplicate", "kwikset_unable_to_confirm_code",
    }
)  # fmt: skip
"""The other code with the PIN was deleted, changed or taken over."""

SPACE_FREED = frozenset(
    {
        "no_space_for_access_code_on_device", "august_device_slots_full", "smartthings_no_free_slots_available",
        "hubitat_no_free_positions_available",
    }
)  # fmt: skip
"""A slot on the lock became free."""

REACHED_LOCK = frozenset(
    {
        "failed_to_set_on_device", "failed_to_remove_from_device", "failed_to_issue", "failed_to_update",
        "failed_to_delete", "delay_in_setting_on_device", "delay_in_removing_from_device", "delay_in_issuing",
        "provider_issue", "unknown_issue_with_access_code", "august_device_programming_delay",
        "august_lock_temporarily_offline", "hubitat_device_programming_delay", "schlage_creation_outage",
        "access_code_state_unconfirmed", "kwikset_unable_to_confirm_deletion", "igloohome_bridge_too_many_pending_jobs",
        "igloohome_bridge_offline", "smartthings_failed_to_set_access_code",
        "smartthings_failed_to_set_after_multiple_retries", "conflicting_external_modification",
        "code_modified_external_to_seam",
    }
)  # fmt: skip
"""The lock answered and took (or gave up) the code."""

EXTERNAL_CHANGE_REFUSED = frozenset({"external_modification_in_effect"})
"""External changes are no longer allowed, so Seam's own version is back."""

MANAGED_AGAIN = frozenset({"management_transferred"})
"""This workspace took the code back."""

LOCK_ANSWERED = frozenset(
    {"device_communication_degraded", "device_has_flaky_connection", "unreliable_online_status", "power_saving_mode"}
)
"""A lock or unlock came through."""

LOCK_CONNECTED = frozenset(
    {"device_disconnected", "device_offline", "device_communication_degraded", "device_has_flaky_connection"}
)
"""The lock is back on the network."""

HUB_CONNECTED = frozenset(
    {
        "hub_disconnected", "august_lock_missing_bridge", "ttlock_lock_not_paired_to_gateway",
        "lockly_missing_wifi_bridge", "wyze_device_missing_gateway", "hub_required_for_additional_capabilities",
        "functional_offline_device", "accessory_keypad_setup_required", "ttlock_weak_gateway_signal",
        "ttlock_lock_gateway_unlocking_not_enabled",
    }
)  # fmt: skip
"""The lock has a working hub."""

TIME_ZONE_REPORTED = frozenset(
    {
        "time_zone_unknown", "time_zone_mismatch", "ultraloq_time_zone_unknown", "lockly_time_zone_not_configured",
        "two_n_device_missing_timezone",
    }
)  # fmt: skip
"""Seam knows the lock's time zone; on the lock."""

TIME_ZONE_REPORTED_ON_CODES = frozenset(
    {"time_frame_adjusted_for_unknown_time_zone", "schlage_access_code_ambiguous_timezone_dst_risk"}
)
"""Seam knows the lock's time zone; on its codes."""

ACCOUNT_SYNCED = frozenset({"unknown_issue_with_connected_account", "provider_service_unavailable"})
"""A sync with the maker went through."""

ACCOUNT_SIGNED_IN = frozenset(
    {
        "account_disconnected", "account_reauthorization_requested", "setup_required", "insufficient_permissions",
        "bridge_disconnected", "unknown_issue_with_connected_account", "kwikset_insufficient_permissions",
    }
)  # fmt: skip
"""The owner signed in again; on the account."""

SIGNED_IN_DEVICES = frozenset({"august_lock_not_authorized", "missing_device_credentials"})
"""The owner signed in again; on the locks."""

FEWER_CODES = frozenset(
    {
        "salto_ks_subscription_limit_exceeded", "salto_ks_subscription_limit_almost_reached",
        "salto_ks_user_not_subscribed", "salto_site_user_not_subscribed",
    }
)  # fmt: skip
"""Codes were deleted, and with them users of the site."""
