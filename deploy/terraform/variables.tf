variable "project" {
  description = "Google Cloud project. Each environment has one of its own."
  type        = string
}

variable "region" {
  description = "Region of everything in Google Cloud."
  type        = string
}

variable "environment" {
  description = "Name of the environment: that of the GitHub environment which may deploy it."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment is staging or production."
  }
}

variable "image" {
  description = "Image with plinth-api, plinth-worker and plinth, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "The image must be named by digest: a tag can change between staging and production."
  }
}

variable "agents_image" {
  description = "Image of the agents sidecar, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.agents_image))
    error_message = "The image must be named by digest: a tag can change between staging and production."
  }
}

variable "cors_origins" {
  description = "Origins whose pages may call the API and upload to the bucket."
  type        = list(string)
  default     = []
}

variable "otlp_endpoint" {
  description = "OpenTelemetry collector; null for none."
  type        = string
  default     = null
}

variable "api" {
  description = <<-END
    The API. `memory` covers the uploads that pass through a process: up to 24 MiB each
    (PLINTH_STORAGE__CONCURRENT_UPLOADS). `connections` is the size of a process's pool.
  END
  type = object({
    min_instances = number
    max_instances = number
    concurrency   = number
    cpu           = number
    memory        = string
    connections   = number
  })

  validation {
    condition     = var.api.min_instances <= var.api.max_instances
    error_message = "api.min_instances is greater than api.max_instances."
  }
}

variable "worker" {
  description = <<-END
    The worker. `memory_gib` holds, for each inspection, the process that reads the file and the
    copy of the file: Cloud Run keeps the file system in memory.
  END
  type = object({
    instances   = number
    cpu         = number
    memory_gib  = number
    inspections = number
    connections = number
  })

  validation {
    condition     = var.worker.instances >= 1
    error_message = "Without a worker no job runs."
  }

  validation {
    # 1.5 GiB is the default of PLINTH_WORKER__INSPECTION_MEMORY_BYTES; 1 GiB is for the worker.
    condition = var.worker.memory_gib >= 1 + var.worker.inspections * (
      1.5 + var.max_upload_bytes / 1073741824
    )
    error_message = "worker.memory_gib is too small for its inspections, each with a file of max_upload_bytes."
  }
}

variable "max_upload_bytes" {
  description = "Maximum size of a file in bytes."
  type        = number
  default     = 1073741824
}

variable "database" {
  description = "PostgreSQL. `max_connections` is that of the server."
  type = object({
    tier                = string
    highly_available    = bool
    disk_gb             = number
    max_connections     = number
    backups             = number
    recovery_days       = number
    deletion_protection = bool
  })

  validation {
    # Two revisions serve while traffic moves. 20 connections are for migrations, backups and people.
    condition = var.database.max_connections >= 20 + 2 * (
      var.api.max_instances * var.api.connections + var.worker.instances * var.worker.connections
    )
    error_message = "database.max_connections is less than two revisions of API and worker, and 20 more, can open."
  }
}

variable "redis" {
  description = "Redis."
  type = object({
    memory_gb        = number
    highly_available = bool
  })
}

variable "mail" {
  description = <<-END
    The mail server: the settings of the same names in docs/configuration.md. `kind = "none"` is an
    installation that sends no mail. With `username`, the secret `mail-password` is needed.
  END
  type = object({
    kind     = string
    host     = optional(string)
    port     = optional(number)
    from     = optional(string)
    username = optional(string)
  })

  validation {
    condition     = var.mail.kind == "none" || (var.mail.kind == "smtp" && var.mail.host != null && var.mail.from != null)
    error_message = "mail.kind is none, or smtp with host and from."
  }
}

variable "cloudflare_account_id" {
  description = "Cloudflare account of the bucket."
  type        = string
}

variable "github" {
  description = <<-END
    The repository whose workflows deploy, with its number: a repository that takes the name over
    has another one. `gh api repos/OWNER/NAME --jq .id` prints it.
  END
  type = object({
    repository    = string
    repository_id = string
  })
}

variable "billing_account" {
  description = "Billing account that the budget belongs to."
  type        = string
}

variable "monthly_budget" {
  description = "Budget of a month, in whole units of the billing account's currency."
  type        = number
}

variable "alert_email" {
  description = "Where alerts go."
  type        = string
}
