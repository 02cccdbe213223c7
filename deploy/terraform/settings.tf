# The settings of the programs, by the names of docs/configuration.md, and who reads which secret.

locals {
  programs = toset(["api", "worker", "migrate"])

  mail = {
    for variable, value in {
      PLINTH_MAIL__KIND     = var.mail.kind
      PLINTH_MAIL__HOST     = var.mail.host
      PLINTH_MAIL__PORT     = var.mail.port
      PLINTH_MAIL__FROM     = var.mail.from
      PLINTH_MAIL__USERNAME = var.mail.username
    } : variable => tostring(value) if value != null
  }

  # The programs that log in to the mail server: a setting without the other one is a fault in each.
  mail_users = var.mail.username == null ? [] : ["api", "worker", "migrate"]

  # Cloud Run kills a process 10 s after SIGTERM. Background work and telemetry take up to 8 s of
  # them. Requests have ended by then: Cloud Run stops only instances without any.
  seconds_after_sigterm = "1"

  shared = merge(
    local.mail,
    {
      PLINTH_ENVIRONMENT               = "production"
      PLINTH_STORAGE__KIND             = "s3"
      PLINTH_STORAGE__ENDPOINT         = module.bucket.endpoint
      PLINTH_STORAGE__REGION           = "auto"
      PLINTH_STORAGE__BUCKET           = module.bucket.name
      PLINTH_STORAGE__MAX_UPLOAD_BYTES = tostring(var.max_upload_bytes)
      # The API only has to know that there is a sidecar; the worker calls it.
      PLINTH_AGENTS__ADDRESS = "http://127.0.0.1:8070"
    },
    var.otlp_endpoint == null ? {} : { PLINTH_TELEMETRY__OTLP_ENDPOINT = var.otlp_endpoint },
  )

  # The authority of the database's certificate, which `sslmode=verify-ca` in the URLs compares with.
  # Each Cloud SQL instance has an authority of its own, so that it identifies the server.
  certificates = { PGSSLROOTCERT = module.database.server_ca }

  settings = {
    api = merge(local.shared, local.certificates, {
      # Google's front end appends the client's address to x-forwarded-for.
      PLINTH_SERVER__TRUSTED_PROXIES           = "1"
      PLINTH_SERVER__CORS_ORIGINS              = join(",", var.cors_origins)
      PLINTH_SERVER__DRAIN_DELAY_SECONDS       = "0"
      PLINTH_SERVER__SHUTDOWN_DEADLINE_SECONDS = local.seconds_after_sigterm
      PLINTH_DATABASE__MAX_CONNECTIONS         = tostring(var.api.connections)
    })

    worker = merge(local.shared, local.certificates, {
      PLINTH_WORKER__INSPECTIONS            = tostring(var.worker.inspections)
      PLINTH_WORKER__SPOOL_PATH             = "/var/lib/plinth/spool"
      PLINTH_WORKER__SHUTDOWN_GRACE_SECONDS = local.seconds_after_sigterm
      PLINTH_DATABASE__MAX_CONNECTIONS      = tostring(var.worker.connections)
    })

    migrate = merge(local.mail, local.certificates, {
      PLINTH_ENVIRONMENT = "production"
    })
  }

  # For each secret: the variable that has it, and the programs that do.
  secret_uses = {
    database-url                  = { variable = "PLINTH_DATABASE__URL", programs = ["api", "worker", "migrate"] }
    database-admin-url            = { variable = "PLINTH_DATABASE__ADMIN_URL", programs = ["migrate"] }
    database-application-password = { variable = "PLINTH_DATABASE__APPLICATION_PASSWORD", programs = ["migrate"] }
    redis-url                     = { variable = "PLINTH_REDIS__URL", programs = ["api", "worker"] }
    security-secret-key           = { variable = "PLINTH_SECURITY__SECRET_KEY", programs = ["api", "worker", "migrate"] }
    secrets-keys                  = { variable = "PLINTH_SECRETS__KEYS", programs = ["api", "worker"] }
    storage-access-key-id         = { variable = "PLINTH_STORAGE__ACCESS_KEY_ID", programs = ["api", "worker"] }
    storage-secret-access-key     = { variable = "PLINTH_STORAGE__SECRET_ACCESS_KEY", programs = ["api", "worker"] }
    agents-token                  = { variable = "PLINTH_AGENTS__TOKEN", programs = ["worker"] }
    mail-password                 = { variable = "PLINTH_MAIL__PASSWORD", programs = local.mail_users }
  }

  secrets = {
    for program in local.programs : program => {
      for name, use in local.secret_uses : use.variable => name if contains(use.programs, program)
    }
  }

  readers = merge(
    {
      for name, use in local.secret_uses : name => {
        for program in use.programs : program => module.service.service_accounts[program]
      }
    },
    # Terraform reads the state of the bucket with it.
    { cloudflare-token = { deployer = module.pipeline.service_account } },
  )
}
