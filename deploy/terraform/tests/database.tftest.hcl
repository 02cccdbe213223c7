mock_provider "google" {
  mock_resource "google_sql_database_instance" {
    defaults = {
      server_ca_cert = [
        { cert = "old", common_name = "", create_time = "", expiration_time = "", sha1_fingerprint = "" },
        { cert = "new", common_name = "", create_time = "", expiration_time = "", sha1_fingerprint = "" },
      ]
    }
  }
}

variables {
  name       = "plinth"
  region     = "europe-west3"
  network_id = "network"
  settings = {
    tier                = "db-custom-1-3840"
    highly_available    = true
    disk_gb             = 20
    max_connections     = 100
    backups             = 7
    recovery_days       = 3
    deletion_protection = true
  }
}

run "database" {
  command = apply
  module {
    source = "./modules/database"
  }

  assert {
    condition     = google_sql_database_instance.this.database_version == "POSTGRES_16"
    error_message = "Plinth is tested on PostgreSQL 16 and 18."
  }

  assert {
    condition = alltrue([
      google_sql_database_instance.this.settings[0].ip_configuration[0].ipv4_enabled == false,
      google_sql_database_instance.this.settings[0].ip_configuration[0].private_network == "network",
      google_sql_database_instance.this.settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY",
    ])
    error_message = "The database has a private address only, and only encrypted connections."
  }

  assert {
    condition = alltrue([
      google_sql_database_instance.this.settings[0].backup_configuration[0].enabled,
      google_sql_database_instance.this.settings[0].backup_configuration[0].point_in_time_recovery_enabled,
      google_sql_database_instance.this.settings[0].insights_config[0].query_insights_enabled,
    ])
    error_message = "Backups, point-in-time recovery and query insights are on."
  }

  assert {
    condition = alltrue([
      google_sql_database_instance.this.deletion_protection,
      google_sql_database_instance.this.settings[0].deletion_protection_enabled,
    ])
    error_message = "Both protections against deletion are on."
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].availability_type == "REGIONAL"
    error_message = "High availability takes a second zone."
  }

  assert {
    condition     = { for flag in google_sql_database_instance.this.settings[0].database_flags : flag.name => flag.value }["max_connections"] == "100"
    error_message = "The server takes as many connections as the settings say."
  }

  assert {
    condition     = output.server_ca == "old\nnew"
    error_message = "Both authorities are known while the certificate is rotated."
  }
}

run "a_log_of_more_than_a_week_is_refused" {
  command = plan
  module {
    source = "./modules/database"
  }
  variables {
    settings = {
      tier                = "db-custom-1-3840"
      highly_available    = false
      disk_gb             = 20
      max_connections     = 100
      backups             = 7
      recovery_days       = 8
      deletion_protection = true
    }
  }
  expect_failures = [google_sql_database_instance.this]
}
