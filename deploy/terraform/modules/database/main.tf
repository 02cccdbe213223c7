# PostgreSQL 16 on Cloud SQL. `plinth migrate up` makes the extensions (vector, pg_trgm, btree_gin)
# and the roles; scripts/deploy-secrets makes the login that migrates.

resource "google_sql_database_instance" "this" {
  name             = var.name
  region           = var.region
  database_version = "POSTGRES_16"

  # That of Terraform; the one in `settings` binds every other client, too.
  deletion_protection = var.settings.deletion_protection

  settings {
    tier                        = var.settings.tier
    edition                     = "ENTERPRISE"
    availability_type           = var.settings.highly_available ? "REGIONAL" : "ZONAL"
    deletion_protection_enabled = var.settings.deletion_protection
    disk_type                   = "PD_SSD"
    disk_size                   = var.settings.disk_gb
    disk_autoresize             = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
      # An authority of the instance's own, which the programs compare with.
      server_ca_mode = "GOOGLE_MANAGED_INTERNAL_CA"
    }

    backup_configuration {
      enabled                        = true
      start_time                     = "02:00"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = var.settings.recovery_days

      backup_retention_settings {
        retained_backups = var.settings.backups
        retention_unit   = "COUNT"
      }
    }

    insights_config {
      query_insights_enabled  = true
      query_string_length     = 1024
      record_application_tags = true
      # Addresses are those of Cloud Run's instances and tell nothing.
      record_client_address = false
    }

    maintenance_window {
      day          = 7
      hour         = 3
      update_track = "stable"
    }

    # Slow statements are not logged, since their parameters are data of organizations: query insights
    # shows them without.
    dynamic "database_flags" {
      for_each = {
        max_connections = tostring(var.settings.max_connections)
        log_lock_waits  = "on"
      }
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }

  lifecycle {
    # `disk_autoresize` enlarges it; it cannot become smaller.
    ignore_changes = [settings[0].disk_size]

    precondition {
      condition     = var.settings.recovery_days >= 1 && var.settings.recovery_days <= 7
      error_message = "Cloud SQL Enterprise keeps the write-ahead log for 1 to 7 days."
    }
  }
}

resource "google_sql_database" "plinth" {
  name     = "plinth"
  instance = google_sql_database_instance.this.name
  # PostgreSQL refuses to drop a database that has connections.
  deletion_policy = "ABANDON"
}
